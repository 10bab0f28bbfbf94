"""Outbox: appended to within the change itself, relayed after its commit, swept by a job."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from aiconnected.contracts.envelope import Envelope
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ProviderError
from aiconnected.outbox.ports import Publisher
from aiconnected.outbox.repository import OutboxRepository, Pending

logger = logging.getLogger(__name__)

BATCH = 50
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
KEPT_AFTER_SENDING = timedelta(days=7)


class Outbox:
    """The appending side."""

    def __init__(self, outbox: OutboxRepository, *, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def append(self, work: Work, envelope: Envelope) -> bool:
        """Keep a message that leaves if `work` commits; False when it is kept already."""
        return self._outbox.append(work, envelope, now=self._clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """What one run of the relay did."""

    sent: int
    failed: int


class OutboxRelay:
    """Sends what is due. Several may run at once: each message is locked by one.

    A message is sent at least once: again when the relay dies between sending and its commit.
    """

    def __init__(
        self,
        outbox: OutboxRepository,
        *,
        database: Database,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._database = database
        self._publisher = publisher
        self._clock = clock

    def run(self, limit: int = BATCH) -> Relayed:
        """Send up to `limit` messages that are due; a failed one comes again after a pause."""
        sent = 0
        with self._database.work(Scope.platform("relay outbox")) as work:
            due = self._outbox.take(work, limit=limit, now=self._clock.now())
            for message in due:
                sent += self._send(work, message)
        return Relayed(sent=sent, failed=len(due) - sent)

    def sweep(self) -> Relayed:
        """Send all that is due and forget what was sent long ago: the scheduled job."""
        total = Relayed(sent=0, failed=0)
        while True:
            done = self.run()
            total = Relayed(sent=total.sent + done.sent, failed=total.failed + done.failed)
            if done.sent + done.failed < BATCH:
                break
        with self._database.work(Scope.platform("sweep outbox")) as work:
            before = self._clock.now() - KEPT_AFTER_SENDING
            self._outbox.delete_sent(work, before=before)
        return total

    def _send(self, work: Work, message: Pending) -> bool:
        now = self._clock.now()
        try:
            self._publisher.publish(Envelope.model_validate(message.envelope))
        except ProviderError as exc:
            pause = min(FIRST_RETRY * 2 ** min(message.attempts, 10), LONGEST_RETRY)
            logger.warning(
                "message not sent",
                extra={"message_id": str(message.id), "attempts": message.attempts + 1},
            )
            self._outbox.mark_failed(
                work, message.id, error=exc.error_code.value, next_attempt_at=now + pause
            )
            return False
        self._outbox.mark_sent(work, message.id, now=now)
        return True
