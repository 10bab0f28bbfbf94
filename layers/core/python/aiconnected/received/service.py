"""Service of received events: computes the answer to an event once, and gives it to every retry."""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import Conflict, ErrorCode, Unavailable
from aiconnected.kit.ids import new_id
from aiconnected.received.models import EventKey, StoredResponse
from aiconnected.received.repository import ReceivedRepository

# Twilio waits 15 s for an answer: whoever has not given it by now is taken for dead.
DEAD_AFTER = timedelta(seconds=10)
WAIT_S = 8.0
POLL_S = 0.05
KEPT = timedelta(days=30)


class EventMismatch(Conflict):
    """An event of this id was received with other contents."""

    code = ErrorCode.BIZ_IDEMPOTENCY_MISMATCH


class StillAnswering(Unavailable):
    """The first delivery of this event is still being answered."""


class ReceivedEvents:
    """One effect and one answer for each event, however often and however parallel it comes."""

    def __init__(
        self,
        received: ReceivedRepository,
        *,
        database: Database,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._received = received
        self._database = database
        self._clock = clock
        self._sleep = sleep

    def once(
        self, key: EventKey, *, request_sha256: bytes, compute: Callable[[], StoredResponse]
    ) -> StoredResponse:
        """The answer of the first `compute`, kept; a parallel delivery waits for it.

        No unit of work is open meanwhile. If `compute` raises, the event counts as not received.
        It may run twice when its process dies before the answer is kept, so it must be idempotent
        itself. Raises `EventMismatch`, `StillAnswering`.
        """
        give_up = self._clock.monotonic() + WAIT_S
        claim_id = new_id()
        while not self._claimed(claim_id, key, request_sha256):
            stored = self._answered(key, request_sha256)
            if stored is not None:
                return stored
            if self._clock.monotonic() >= give_up:
                raise StillAnswering
            self._sleep(POLL_S)
        return self._first(claim_id, compute)

    def sweep(self) -> int:
        """Forget events of more than thirty days ago: the scheduled job."""
        with self._database.work(Scope.platform("sweep received events")) as work:
            return self._received.delete_old(work, before=self._clock.now() - KEPT)

    def _claimed(self, claim_id: UUID, key: EventKey, digest: bytes) -> bool:
        now = self._clock.now()
        with self._database.work(Scope.platform("receive event")) as work:
            return self._received.claim(
                work, claim_id, key=key, digest=digest, now=now, dead_before=now - DEAD_AFTER
            )

    def _answered(self, key: EventKey, digest: bytes) -> StoredResponse | None:
        with self._database.work(Scope.platform("answer event again")) as work:
            received = self._received.find(work, key)
        if received is not None and received.request_sha256 != digest:
            raise EventMismatch
        return None if received is None else received.response

    def _first(self, claim_id: UUID, compute: Callable[[], StoredResponse]) -> StoredResponse:
        try:
            response = compute()
        except BaseException:  # whatever stops us, the next delivery must be free to try
            with self._database.work(Scope.platform("take event back")) as work:
                self._received.forget(work, claim_id)
            raise
        with self._database.work(Scope.platform("keep answer to event")) as work:
            self._received.answer(work, claim_id, response=response, now=self._clock.now())
        return response
