"""People as those above them know and direct them, and as they describe themselves (PRD 15)."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.auth.granting import check_person, check_role
from aiconnected.auth.models import Principal
from aiconnected.auth.permissions import Permission, Reach, admin_of
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ErrorCode, Forbidden
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.users.errors import LastAdmin, RoleOfAnotherPlace, UserNotFound
from aiconnected.users.models import User, UserRole, UserStatus
from aiconnected.users.repository import UserRepository

_ADMINS = (UserRole.PLATFORM_ADMIN, UserRole.AGENCY_ADMIN)  # of whom one is always left


class People:
    """What may be done with a user, and by whom.

    Whoever reaches only their own account gets `Forbidden` (AUTHZ_RESOURCE_ACCESS_DENIED) for any
    other; nobody acts on somebody who may do more than they may (`AboveOneself`).
    """

    def __init__(self, users: UserRepository, audit: AuditService, *, clock: Clock) -> None:
        self._users, self._audit, self._clock = users, audit, clock

    def get(self, work: Work, user_id: UUID, *, by: Principal) -> User:
        """The user; raises `UserNotFound`, `Forbidden`."""
        user = self._found(work, user_id)
        _check_reach(by, user, Permission.USERS_VIEW)
        return user

    def page(self, work: Work, wanted: ListQuery, *, by: Principal) -> Page[User]:
        """Those whom `by` may see."""
        own = by.require(Permission.USERS_VIEW) is Reach.OWN
        return self._users.page(work, wanted, only=by.id if own else None)

    def change(
        self,
        work: Work,
        user_id: UUID,
        *,
        by: Principal,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> User:
        """The user with `changes` of the profile; raises `UserNotFound`, `Stale`, `Forbidden`."""
        before = self._directed(work, user_id, by=by, expected=expected)
        found = differences(before, changes)
        self._users.change(work, user_id, changes={name: new for name, (_, new) in found.items()})
        if found:
            self._record(work, "user.updated", before, found)
        return self._found(work, user_id)

    def set_role(
        self, work: Work, user_id: UUID, *, by: Principal, role: UserRole, expected: Expected = ANY
    ) -> User:
        """Give another role of the same place.

        Raises `UserNotFound`, `Stale`, `Forbidden`, `AboveOneself`, `RoleOfAnotherPlace`, and
        `LastAdmin`.
        """
        _check_directs(by)
        self._keep_an_admin(work, user_id, unless=role)
        before = self._directed(work, user_id, by=by, expected=expected)
        if admin_of(role) is not admin_of(before.role):
            raise RoleOfAnotherPlace
        check_role(by, role)
        return self._set(work, before, changes={"role": role}, action="user.role_changed")

    def set_status(
        self,
        work: Work,
        user_id: UUID,
        *,
        by: Principal,
        status: UserStatus,
        expected: Expected = ANY,
    ) -> User:
        """Suspend, or let in again; raises as `set_role` does."""
        _check_directs(by)
        if status is UserStatus.SUSPENDED:
            self._keep_an_admin(work, user_id)
        before = self._directed(work, user_id, by=by, expected=expected)
        if status is UserStatus.ACTIVE and before.status is not UserStatus.SUSPENDED:
            return before
        return self._set(work, before, changes={"status": status}, action="user.status_changed")

    def delete(self, work: Work, user_id: UUID, *, by: Principal, expected: Expected = ANY) -> None:
        """Delete the user; raises as `set_role` does."""
        self._keep_an_admin(work, user_id)
        before = self._directed(work, user_id, by=by, expected=expected)
        self._users.delete(work, user_id, now=self._clock.now())
        self._record(work, "user.deleted", before, {})

    def _found(self, work: Work, user_id: UUID) -> User:
        user = self._users.by_id(work, user_id)
        if user is None:
            raise UserNotFound
        return user

    def _directed(self, work: Work, user_id: UUID, *, by: Principal, expected: Expected) -> User:
        user = self._users.lock(work, user_id)
        if user is None:
            raise UserNotFound
        _check_reach(by, user, Permission.USERS_EDIT)
        check_person(by, user)
        expected.check(user)
        return user

    def _keep_an_admin(self, work: Work, user_id: UUID, *, unless: UserRole | None = None) -> None:
        """Raises `LastAdmin`. All administrators are locked before the one, always in one order,
        so that two who would remove each other neither succeed both nor wait for each other.
        """
        user = self._users.by_id(work, user_id)
        if user is None or user.role not in _ADMINS or user.role is unless:
            return
        left = self._users.lock_admins(work, agency_id=user.agency_id, role=user.role)
        if left == [user_id]:
            raise LastAdmin

    def _set(
        self,
        work: Work,
        before: User,
        *,
        changes: Mapping[str, object],
        action: str,
    ) -> User:
        """Change what access tokens tell: older ones are refused."""
        if found := differences(before, changes):
            self._users.change(work, before.id, changes=changes)
            self._users.outdate_claims(work, before.id)
            self._record(work, action, before, found)
        return self._found(work, before.id)

    def _record(
        self, work: Work, action: str, user: User, changes: Mapping[str, tuple[object, object]]
    ) -> None:
        change = Change(action=action, resource_type="user", resource_id=user.id, changes=changes)
        self._audit.record(work, change, agency_id=user.agency_id, tenant_id=user.tenant_id)


def _check_reach(by: Principal, user: User, permission: Permission) -> None:
    if by.require(permission) is Reach.OWN and user.id != by.id:
        raise Forbidden(code=ErrorCode.AUTHZ_RESOURCE_ACCESS_DENIED)


def _check_directs(by: Principal) -> None:
    """Role and status are not one's own to change for those who reach only themselves."""
    if by.require(Permission.USERS_EDIT) is Reach.OWN:
        raise Forbidden(code=ErrorCode.AUTHZ_ROLE_REQUIRED)
