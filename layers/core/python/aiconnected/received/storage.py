"""Repository of stored events: every SQL statement about those that are worked on later."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.received.models import RECEIVED_EVENTS, NewEvent, ReceivedStatus, StoredEvent
from aiconnected.received.repository import SQL


class StoredEventRepository:
    """Reads and writes stored events, in the platform's scope."""

    def insert(
        self, work: Work, event_id: UUID, *, new: NewEvent, digest: bytes, now: datetime
    ) -> bool:
        """Keep it; False when it is kept already."""
        return bool(
            work.run(
                SQL["store"],
                id=event_id,
                provider=new.key.provider,
                external_event_id=new.key.event,
                kind=new.kind,
                request_sha256=digest,
                body=new.body,
                now=now,
            )
        )

    def take(self, work: Work, event_id: UUID) -> StoredEvent | None:
        """Hold it while it is worked on; None when there is nothing to do."""
        return work.row(SQL["take"], StoredEvent, event_id=event_id)

    def finish(self, work: Work, event_id: UUID, *, now: datetime) -> None:
        """It has been worked on."""
        work.run(SQL["finish"], event_id=event_id, now=now)

    def fail(self, work: Work, event_id: UUID, *, error: str, most: int) -> ReceivedStatus | None:
        """It could not be worked on: where it stands now; None when another has done it."""
        return work.value(SQL["fail"], ReceivedStatus, event_id=event_id, error=error, most=most)

    def revive(self, work: Work, event_id: UUID) -> bool:
        """Have it worked on again; False when it is not dead."""
        return work.run(SQL["revive"], event_id=event_id) == 1

    def forgotten(self, work: Work, *, before: datetime, limit: int) -> list[UUID]:
        """Events that wait since before that moment, longest first."""
        return work.values(SQL["forgotten"], UUID, before=before, limit=limit)

    def by_id(self, work: Work, event_id: UUID) -> StoredEvent | None:
        """The event with its body."""
        return work.row(SQL["event"], StoredEvent, event_id=event_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[StoredEvent]:
        """Those that were asked for."""
        return page(work, SQL["page"], StoredEvent, of=RECEIVED_EVENTS, wanted=wanted)
