"""Service of the inbox: a verified event is stored, answered at once, and worked on from a queue.

Every provider goes the same way; what differs is how its sender is verified (its route) and what
its events mean (its handler in the registry).
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import EventReceived
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.outbox.service import Outbox
from aiconnected.received.errors import EventNotDead, EventNotFound, EventWaits
from aiconnected.received.models import NewEvent, ReceivedStatus, StoredEvent
from aiconnected.received.storage import StoredEventRepository

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
OVERDUE = timedelta(minutes=10)
BATCH = 50


class Handler(Protocol):
    """What one provider's events do. Comes again for the same event, and out of order."""

    def __call__(self, work: Work, event: StoredEvent) -> None:
        """Take an event in; one of no interest is let go. Raises for what may work later."""
        ...


class Inbox:
    """Stores, shows and replays."""

    def __init__(
        self,
        events: StoredEventRepository,
        *,
        outbox: Outbox,
        audit: AuditService,
        database: Database,
        clock: Clock,
    ) -> None:
        self._events, self._outbox, self._audit = events, outbox, audit
        self._database, self._clock = database, clock

    def store(self, new: NewEvent) -> bool:
        """Keep an event with its job; False when it was here already. One transaction."""
        event_id, now = new_id(), self._clock.now()
        digest = hashlib.sha256(new.body.encode()).digest()
        with self._database.work(Scope.platform("store received event")) as work:
            stored = self._events.insert(work, event_id, new=new, digest=digest, now=now)
            if stored:
                self._announce(work, event_id)
        return stored

    def page(self, work: Work, wanted: ListQuery) -> Page[StoredEvent]:
        """Stored events, in the platform's scope."""
        return self._events.page(work, wanted)

    def get(self, work: Work, event_id: UUID) -> StoredEvent:
        """One event; raises `EventNotFound`."""
        event = self._events.by_id(work, event_id)
        if event is None:
            raise EventNotFound
        return event

    def replay(self, work: Work, event_id: UUID) -> StoredEvent:
        """Have an event that was given up worked on again.

        Raises `EventNotFound`, `EventNotDead`.
        """
        self.get(work, event_id)
        if not self._events.revive(work, event_id):
            raise EventNotDead
        self._announce(work, event_id)
        change = Change(
            action="received_event.replayed", resource_type="received_event", resource_id=event_id
        )
        self._audit.record(work, change)
        return self.get(work, event_id)

    def _announce(self, work: Work, event_id: UUID) -> None:
        message = Envelope.of(
            EventReceived(received_event_id=event_id),
            at=self._clock.now(),
            agency_id=None,
            tenant_id=None,
        )
        self._outbox.append(work, message)


class EventWorker:
    """Works stored events off, each in one transaction with the mark that it is done."""

    def __init__(
        self,
        events: StoredEventRepository,
        *,
        handlers: Mapping[str, Handler],
        database: Database,
        clock: Clock,
    ) -> None:
        """`handlers` is the registry: a provider's name to what its events do."""
        self._events, self._handlers = events, dict(handlers)
        self._database, self._clock = database, clock

    def work_off(self, event_id: UUID) -> ReceivedStatus | None:
        """Where the event stands then; None when there was nothing to do.

        Raises `EventWaits` when it may work later, up to `MOST_ATTEMPTS` times; then it is dead.
        """
        try:
            return self._work_off(event_id)
        except Exception as exc:  # a poisoned event, whatever is wrong with it, must not go round
            logger.exception("event failed", extra={"received_event_id": str(event_id)})
            code = exc.error_code.value if isinstance(exc, AppError) else type(exc).__name__
        with self._database.work(Scope.platform("keep failure of event")) as work:
            stands = self._events.fail(work, event_id, error=code[:100], most=MOST_ATTEMPTS)
        if stands is ReceivedStatus.QUEUED:
            raise EventWaits("received")
        return stands

    def catch_up(self) -> int:
        """Work off what was forgotten: the scheduled job. How many there were."""
        before = self._clock.now() - OVERDUE
        with self._database.work(Scope.platform("find events to work off")) as work:
            found = self._events.forgotten(work, before=before, limit=BATCH)
        for event_id in found:
            try:
                self.work_off(event_id)
            except EventWaits:
                logger.warning("event waits", extra={"received_event_id": str(event_id)})
        return len(found)

    def _work_off(self, event_id: UUID) -> ReceivedStatus | None:
        with self._database.work(Scope.platform("work off received event")) as work:
            event = self._events.take(work, event_id)
            if event is None:
                return None
            handler = self._handlers.get(event.provider)
            if handler is not None:
                handler(work, event)
            self._events.finish(work, event_id, now=self._clock.now())
        return ReceivedStatus.DONE
