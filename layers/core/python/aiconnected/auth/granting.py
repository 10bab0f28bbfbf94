"""Granting: nobody gives what they do not hold, and no place gives more than its own most."""

from collections.abc import Iterable, Mapping

from aiconnected.auth.models import Place, Principal
from aiconnected.auth.permissions import PERMISSIONS, Permission, Reach
from aiconnected.kit.errors import ErrorCode, FieldError, Forbidden, RuleBroken
from aiconnected.users.models import User, UserRole


class BeyondOwn(Forbidden):
    """Nobody gives permissions that they do not have themselves, and as far."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        super().__init__(details=[_detail(each, self.code) for each in sorted(permissions)])


class BeyondPlace(RuleBroken):
    """These permissions are for nobody there."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        super().__init__(details=[_detail(each, self.code) for each in sorted(permissions)])


class AboveOneself(Forbidden):
    """Only those who may do at least as much can do this."""

    code = ErrorCode.AUTHZ_ROLE_REQUIRED


def check_grant(by: Principal, permissions: Iterable[Permission], *, at: Place) -> None:
    """Raises `BeyondPlace` or `BeyondOwn`.

    What is given reaches as far as it does for the place's administrators: whoever holds it for
    their own account alone would give more than they have, to a key of their own for one.
    """
    wanted = set(permissions)
    if beyond := wanted - at.most.keys():
        raise BeyondPlace(beyond)
    if beyond := {each for each in wanted if not _covers(by.reach(each), at.most[each])}:
        raise BeyondOwn(beyond)


def check_role(by: Principal, role: UserRole) -> None:
    """Raises `AboveOneself` unless `by` may do all that `role` may, as far as it may."""
    if not _includes(by.permissions, role):
        raise AboveOneself


def check_person(by: Principal, user: User) -> None:
    """Raises `AboveOneself` when `user` has a role above the one of `by`; oneself has not.

    Roles count here, and not what is held of them: a key that may change users may change all whom
    its place's administrator may.
    """
    if user.id != by.id and not _includes(PERMISSIONS[by.role], user.role):
        raise AboveOneself


def _includes(held: Mapping[Permission, Reach], role: UserRole) -> bool:
    return all(_covers(held.get(each), reach) for each, reach in PERMISSIONS[role].items())


def _covers(own: Reach | None, other: Reach) -> bool:
    # An agency's "own" holds its clients; a client's "own" lies within the agency's "all".
    return own is not None and (own is Reach.SCOPE or other is Reach.OWN)


def _detail(permission: Permission, code: ErrorCode) -> FieldError:
    return FieldError(
        field="permissions", code=code, message=f"{permission.value} cannot be given."
    )
