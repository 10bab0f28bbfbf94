"""Repository of the audit log: entries are only ever added."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import cast
from uuid import UUID

from aiconnected.audit.models import AUDIT_LOG, Change, Entry
from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


class AuditRepository:
    """Writes and reads the audit log."""

    def insert(
        self,
        work: Work,
        change: Change,
        *,
        at: datetime,
        agency_id: UUID | None,
        tenant_id: UUID | None,
    ) -> None:
        """Add an entry about the scope's actor."""
        actor = work.scope.actor
        work.run(
            SQL["insert"],
            id=new_id(),
            agency_id=agency_id,
            tenant_id=tenant_id,
            actor_kind="system" if actor is None else work.scope.actor_kind,
            actor_id=actor,
            action=change.action,
            resource_type=change.resource_type,
            resource_id=change.resource_id,
            changes={
                name: [_plain(value) for value in values] for name, values in change.changes.items()
            },
            reason=change.reason or work.scope.reason,
            ip=work.scope.ip or None,
            request_id=work.scope.request_id or None,
            at=at,
        )

    def page(self, work: Work, wanted: ListQuery) -> Page[Entry]:
        """Those that were asked for, of all that the scope holds."""
        if work.scope.tenant_id is not None:
            wanted = AUDIT_LOG.of_tenant(wanted, work.scope.tenant_id)
        return page(work, SQL["page"], Entry, of=AUDIT_LOG, wanted=wanted)

    def by_id(self, work: Work, entry_id: UUID) -> Entry | None:
        """One entry."""
        return work.row(SQL["entry"], Entry, entry_id=entry_id)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, UUID | Decimal | date | time):
        return str(value)
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(each) for each in cast("Iterable[object]", value)]
    return value
