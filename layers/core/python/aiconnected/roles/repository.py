"""Repository of custom roles: every SQL statement about one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.auth.models import Place
from aiconnected.auth.permissions import Permission
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.roles.models import ROLES, NewRole, Role

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({"name", "description"})


class RoleRepository:
    """Reads and writes custom roles."""

    def by_id(self, work: Work, role_id: UUID) -> Role | None:
        """The role, unless deleted or outside the scope."""
        return work.row(SQL["by_id"], Role, role_id=role_id)

    def lock(self, work: Work, role_id: UUID) -> bool:
        """Keep the role from other writers until the transaction ends; whether there is one."""
        return work.value(SQL["lock"], UUID, role_id=role_id) is not None

    def page(self, work: Work, wanted: ListQuery) -> Page[Role]:
        """Those that were asked for."""
        return page(work, SQL["page"], Role, of=ROLES, wanted=wanted)

    def of_user(self, work: Work, user_id: UUID) -> list[Role]:
        """Roles that a user has, by name."""
        return work.rows(SQL["of_user"], Role, user_id=user_id)

    def insert(self, work: Work, role_id: UUID, *, at: Place, new: NewRole) -> None:
        """Add it without permissions; raises UniqueViolation when the name is taken."""
        work.run(
            SQL["insert"], id=role_id, name=new.name, description=new.description, **asdict(at)
        )

    def set_permissions(
        self, work: Work, role_id: UUID, *, at: Place, permissions: Iterable[Permission]
    ) -> None:
        """Give it these and no others."""
        codes = [permission.value for permission in permissions]
        work.run(SQL["drop_permissions"], role_id=role_id, codes=codes)
        work.run(SQL["add_permissions"], role_id=role_id, codes=codes, **asdict(at))
        work.run(SQL["touch"], role_id=role_id)

    def change(self, work: Work, role_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the name is taken."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, role_id=role_id)

    def is_held(self, work: Work, role_id: UUID) -> bool:
        """Whether anybody has it."""
        return bool(work.value(SQL["is_held"], bool, role_id=role_id))

    def delete(self, work: Work, role_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], role_id=role_id, now=now)

    def assign(self, work: Work, role_id: UUID, *, user_id: UUID, at: Place) -> bool:
        """Whether the user did not have it yet."""
        return work.run(SQL["assign"], role_id=role_id, user_id=user_id, **asdict(at)) == 1

    def unassign(self, work: Work, role_id: UUID, *, user_id: UUID) -> bool:
        """Whether the user had it."""
        return work.run(SQL["unassign"], role_id=role_id, user_id=user_id) == 1
