"""The writer thread: brings spooled facts to Postgres, renews leases, relays the outbox.

It reads from the spool files, so what waits for a lost database waits on disk, not in memory.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, Unavailable
from realtime.record.spool import SpoolFile

logger = logging.getLogger(__name__)

_BATCH = 200  # lines in one transaction
_GATHER = 0.1  # seconds for facts to come together: every round costs transactions
_LEASE_EVERY = 10.0  # seconds; a lease lasts 30
_BACKOFF = (0.1, 0.25, 0.5, 1.0, 2.0)  # seconds between attempts while Postgres is away


class FactStore(Protocol):
    """Where facts go; storing the same line twice changes nothing."""

    def store(self, lines: Sequence[SpoolLine]) -> None:
        """Keep `lines` of one call in one transaction; raises `Unavailable` to be asked again."""
        ...


class Leases(Protocol):
    """Proof of life of this process's calls."""

    def renew(self, owner: str, call_ids: Sequence[UUID]) -> None:
        """Push the leases' expiry; raises `Unavailable`."""
        ...


@dataclass(slots=True)
class _Entry:
    spool: SpoolFile
    live: bool
    finished: bool = False
    appended: int = 1  # generations of news; the first is what the file held when it came
    stored: int = 0


class Writer:
    """One thread for all calls of a process; every method may be called from any thread."""

    def __init__(
        self,
        *,
        store: FactStore,
        leases: Leases,
        relay: Callable[[], object],
        owner: str,
        clock: Clock,
        gather: float = _GATHER,
    ) -> None:
        self._store, self._leases, self._relay = store, leases, relay
        self._owner, self._clock, self._gather = owner, clock, gather
        self._entries: dict[UUID, _Entry] = {}
        self._news = threading.Condition()
        self._stopping = False
        self._hurry = threading.Event()
        self._renewed = clock.monotonic()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, spool: SpoolFile, *, live: bool) -> None:
        """Take a spool; the lease of a `live` call is renewed until `finish`."""
        with self._news:
            self._entries[spool.call_id] = _Entry(spool, live)
            self._news.notify_all()

    def wake(self, call_id: UUID) -> None:
        """There is something new in the call's spool."""
        with self._news:
            if entry := self._entries.get(call_id):
                entry.appended += 1
                self._news.notify_all()

    def finish(self, call_id: UUID) -> None:
        """Nothing more will be appended: delete the spool once all of it is stored."""
        with self._news:
            if entry := self._entries.get(call_id):
                entry.live, entry.finished = False, True
                entry.appended += 1
                self._news.notify_all()

    def end_lease(self, call_id: UUID) -> None:
        """The call is over, though its record may still grow (the recording is on its way)."""
        with self._news:
            if entry := self._entries.get(call_id):
                entry.live = False

    def flushed(self, call_id: UUID, *, timeout: float) -> bool:
        """Wait until all that the spool holds now is stored; False after `timeout` seconds."""
        with self._news:
            entry = self._entries.get(call_id)
            if entry is None:
                return True
            until = entry.appended
            self._hurry.set()
            return self._news.wait_for(lambda: entry.stored >= until, timeout)

    def stop(self, *, timeout: float) -> None:
        """Store what can be stored within `timeout` seconds; the rest waits in its spool."""
        self._hurry.set()
        with self._news:
            self._news.wait_for(lambda: not self._pending(), timeout)
            self._stopping = True
            self._hurry.set()
            self._news.notify_all()
        self._thread.join(timeout=5)
        for entry in self._entries.values():
            entry.spool.close(done=False)

    # -- the thread --------------------------------------------------------------------------

    def _pending(self) -> list[tuple[UUID, _Entry]]:
        return [(c, e) for c, e in self._entries.items() if e.stored < e.appended]

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopping or bool(self._pending()), timeout=1.0)
                if self._stopping:
                    return
                self._hurry.clear()
                work = [(call, entry, entry.appended) for call, entry in self._pending()]
            try:
                self._round(work)
                self._failures = 0
                self._hurry.wait(self._gather)
            except Unavailable:
                self._back_off("postgres is away")
            except Exception:  # loop boundary: a bug must not end the record of all calls
                logger.exception("record writer failed")
                self._back_off("record writer failed")

    def _back_off(self, why: str) -> None:
        pause = _BACKOFF[min(self._failures, len(_BACKOFF) - 1)]
        if self._failures == 0:
            logger.warning("facts wait in their spools", extra={"reason": why})
        self._failures += 1
        with self._news:
            self._news.wait_for(lambda: self._stopping, pause)

    def _round(self, work: Sequence[tuple[UUID, _Entry, int]]) -> None:
        self._renew()
        for call_id, entry, generation in work:
            self._drain(entry.spool)
            with self._news:
                entry.stored = generation
                done = entry.finished and entry.stored >= entry.appended
                if done:
                    del self._entries[call_id]
                self._news.notify_all()
            if done:
                entry.spool.close(done=True)
        if work:
            self._relay_outbox()

    def _drain(self, spool: SpoolFile) -> None:
        while True:
            lines, offset = spool.unread(_BATCH)
            if lines:
                self._store.store(lines)
            spool.confirm(offset)
            if len(lines) < _BATCH:
                return

    def _relay_outbox(self) -> None:
        try:
            self._relay()
        except Unavailable:
            raise
        except AppError as exc:  # the queue is away: the scheduled sweep sends what is left
            logger.warning("outbox relay failed", extra={"code": exc.error_code})

    def _renew(self) -> None:
        now = self._clock.monotonic()
        if now - self._renewed < _LEASE_EVERY:
            return
        with self._news:
            live = [call for call, entry in self._entries.items() if entry.live]
        if live:
            self._leases.renew(self._owner, live)
        self._renewed = now
