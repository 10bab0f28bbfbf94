"""The audit log, written in the transaction of what it tells of."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from aiconnected.audit.errors import EntryNotFound
from aiconnected.audit.models import Change, Entry
from aiconnected.audit.repository import AuditRepository
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.listing import ListQuery, Place
from aiconnected.kit.paging import MAX_LIMIT, Page

MOST_EXPORTED = 10_000  # entries: what is more is asked for by time


class AuditService:
    """Records changes, and shows them to those whom they concern."""

    def __init__(self, entries: AuditRepository, clock: Clock) -> None:
        self._entries, self._clock = entries, clock

    def record(
        self,
        work: Work,
        change: Change,
        *,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> None:
        """Add an entry; agency and tenant are the scope's unless the platform names them."""
        self._entries.insert(
            work,
            change,
            at=self._clock.now(),
            agency_id=agency_id or work.scope.agency_id,
            tenant_id=tenant_id or work.scope.tenant_id,
        )

    def page(self, work: Work, wanted: ListQuery) -> Page[Entry]:
        """Entries within the scope."""
        return self._entries.page(work, wanted)

    def get(self, work: Work, entry_id: UUID) -> Entry:
        """One entry; raises `EntryNotFound`."""
        entry = self._entries.by_id(work, entry_id)
        if entry is None:
            raise EntryNotFound
        return entry

    def export(self, work: Work, wanted: ListQuery) -> Iterator[Entry]:
        """Entries within the scope, `MOST_EXPORTED` at most, in the order that is asked for."""
        asked = replace(wanted, limit=MAX_LIMIT, offset=0, place=None)
        for _ in range(MOST_EXPORTED // MAX_LIMIT):
            page = self._entries.page(work, asked)
            yield from page.items
            if page.after is None:
                return
            last = page.items[-1]
            asked = replace(asked, place=Place(order=asked.order.text, value=last.at, id=last.id))
