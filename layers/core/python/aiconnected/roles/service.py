"""Custom roles: made by an agency or a client for its own people, within what its makers may do."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.auth.granting import check_grant, check_person
from aiconnected.auth.models import Place, Principal
from aiconnected.auth.permissions import Permission, known
from aiconnected.auth.places import Places
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.roles.errors import RoleHeld, RoleNameTaken, RoleNotFound, RoleOfOthers
from aiconnected.roles.models import NewRole, Role
from aiconnected.roles.repository import RoleRepository
from aiconnected.users.models import User
from aiconnected.users.service import UserService


class RoleService:
    """What can be done with a custom role."""

    def __init__(
        self,
        roles: RoleRepository,
        *,
        users: UserService,
        places: Places,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._roles, self._users, self._places = roles, users, places
        self._audit, self._clock = audit, clock

    def get(self, work: Work, role_id: UUID) -> Role:
        """The role; raises `RoleNotFound`."""
        role = self._roles.by_id(work, role_id)
        if role is None:
            raise RoleNotFound
        return role

    def page(self, work: Work, wanted: ListQuery) -> Page[Role]:
        """Roles within the scope."""
        return self._roles.page(work, wanted)

    def of_user(self, work: Work, user_id: UUID) -> tuple[Role, ...]:
        """Roles that a user has; raises `UserNotFound`."""
        return tuple(self._roles.of_user(work, self._users.get(work, user_id).id))

    def add(
        self,
        work: Work,
        new: NewRole,
        *,
        by: Principal,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> Role:
        """Make a role for an agency's people, or for a client's.

        Raises what `Places.of` and `check_grant` raise, and `RoleNameTaken`.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        check_grant(by, new.permissions, at=at)
        role_id = new_id()
        try:
            with work.savepoint():
                self._roles.insert(work, role_id, at=at, new=new)
        except UniqueViolation as exc:
            raise RoleNameTaken from exc
        self._roles.set_permissions(work, role_id, at=at, permissions=new.permissions)
        role = self.get(work, role_id)
        self._record(work, "role.created", role, {"permissions": (None, role.permissions)})
        return role

    def change(
        self,
        work: Work,
        role_id: UUID,
        *,
        by: Principal,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Role:
        """The role with `changes`; whoever has it gets other access tokens.

        Raises `RoleNotFound`, `Stale`, `RoleNameTaken`, and what `check_grant` raises for
        permissions that are added.
        """
        before = self._locked(work, role_id, expected)
        wanted = dict(changes)
        if "permissions" in wanted:
            permissions = cast("tuple[Permission, ...]", wanted["permissions"])
            self._set_permissions(work, before, by=by, permissions=permissions)
            wanted["permissions"] = tuple(sorted({each.value for each in permissions}))
        found = differences(before, wanted)
        columns = {name: new for name, (_, new) in found.items() if name != "permissions"}
        try:
            with work.savepoint():
                self._roles.change(work, role_id, changes=columns)
        except UniqueViolation as exc:
            raise RoleNameTaken from exc
        if found:
            self._record(work, "role.updated", before, found)
        return self.get(work, role_id)

    def delete(self, work: Work, role_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete the role; raises `RoleNotFound`, `Stale`, `RoleHeld`."""
        before = self._locked(work, role_id, expected)
        if self._roles.is_held(work, role_id):
            raise RoleHeld
        self._roles.delete(work, role_id, now=self._clock.now())
        self._record(work, "role.deleted", before, {})

    def assign(self, work: Work, role_id: UUID, *, user_id: UUID, by: Principal) -> None:
        """Give a user the role; again, it changes nothing.

        Raises `RoleNotFound`, `UserNotFound`, `AboveOneself`, `RoleOfOthers`, and `BeyondOwn` for a
        role that may do more than `by`.
        """
        role, user = self._pair(work, role_id, user_id, by)
        at = Place(agency_id=role.agency_id, tenant_id=role.tenant_id)
        if (user.agency_id, user.tenant_id) != (at.agency_id, at.tenant_id):
            raise RoleOfOthers
        check_grant(by, known(role.permissions), at=at)
        if self._roles.assign(work, role_id, user_id=user_id, at=at):
            self._users.outdate_claims(work, user_id)
            self._record(work, "role.assigned", role, {"user_id": (None, str(user_id))})

    def unassign(self, work: Work, role_id: UUID, *, user_id: UUID, by: Principal) -> None:
        """Take the role from a user; one who does not have it stays as they are.

        Raises `RoleNotFound`, `UserNotFound`, `AboveOneself`.
        """
        role, _ = self._pair(work, role_id, user_id, by)
        if self._roles.unassign(work, role_id, user_id=user_id):
            self._users.outdate_claims(work, user_id)
            self._record(work, "role.unassigned", role, {"user_id": (str(user_id), None)})

    def _set_permissions(
        self, work: Work, before: Role, *, by: Principal, permissions: tuple[Permission, ...]
    ) -> None:
        at = Place(agency_id=before.agency_id, tenant_id=before.tenant_id)
        check_grant(by, set(permissions) - set(known(before.permissions)), at=at)
        if {each.value for each in permissions} != set(before.permissions):
            self._roles.set_permissions(work, before.id, at=at, permissions=permissions)
            self._users.outdate_holders(work, before.id)

    def _pair(self, work: Work, role_id: UUID, user_id: UUID, by: Principal) -> tuple[Role, User]:
        user = self._users.get(work, user_id)
        role = self._locked(work, role_id, ANY)
        check_person(by, user)
        return role, user

    def _locked(self, work: Work, role_id: UUID, expected: Expected) -> Role:
        if not self._roles.lock(work, role_id):
            raise RoleNotFound
        role = self.get(work, role_id)
        expected.check(role)
        return role

    def _record(
        self, work: Work, action: str, role: Role, changes: Mapping[str, tuple[object, object]]
    ) -> None:
        change = Change(action=action, resource_type="role", resource_id=role.id, changes=changes)
        self._audit.record(work, change, agency_id=role.agency_id, tenant_id=role.tenant_id)
