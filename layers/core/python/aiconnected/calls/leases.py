"""Leases of calls: proof in Postgres that a process has them, and the reaper of the rest."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from aiconnected.calls.closing import CallClosing
from aiconnected.calls.repository import AbandonedCall, CallRepository
from aiconnected.calls.state import CallStatus
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.live.admission import Admission, Seat

logger = logging.getLogger(__name__)

LEASE_TTL = timedelta(seconds=30)
GRACE = timedelta(minutes=10)
BATCH = 100


class CallLeases:
    """The owner's side: renewed about every ten seconds, a lease lasts thirty."""

    def __init__(
        self,
        calls: CallRepository,
        *,
        database: Database,
        clock: Clock,
        ttl: timedelta = LEASE_TTL,
    ) -> None:
        self._calls = calls
        self._database = database
        self._clock = clock
        self._ttl = ttl

    def renew(self, owner: str, call_ids: Sequence[UUID]) -> None:
        """Push the expiry of the owner's leases; raises `DatabaseUnavailable`.

        A lease that is gone (the call was closed meanwhile) is logged: the owner's last facts will
        say how the call really ended.
        """
        now = self._clock.now()
        with self._database.work(Scope.platform("renew leases")) as work:
            renewed = self._calls.renew_leases(
                work, owner, call_ids=call_ids, now=now, expires_at=now + self._ttl
            )
        for call_id in set(call_ids) - renewed:
            logger.warning("lease lost", extra={"call_id": str(call_id), "owner": owner})


class Reaper:
    """The scheduled job that leaves no call open: closes those that nobody has answered for.

    It waits long: a process cut off from Postgres goes on with its calls and tells of them later.
    """

    def __init__(
        self,
        calls: CallRepository,
        *,
        closing: CallClosing,
        admission: Admission,
        database: Database,
        clock: Clock,
        grace: timedelta = GRACE,
    ) -> None:
        self._calls = calls
        self._closing = closing
        self._admission = admission
        self._database = database
        self._clock = clock
        self._grace = grace

    def reap(self) -> int:
        """Close calls whose lease, or whose beginning without one, is longer ago than the grace."""
        closed = 0
        while batch := self._reap_batch():
            closed += batch
        return closed

    def _reap_batch(self) -> int:
        before = self._clock.now() - self._grace
        with self._database.work(Scope.platform("reap calls")) as work:
            abandoned = self._calls.abandoned(work, before=before, limit=BATCH)
            for call in abandoned:
                status, reason = _verdict(call)
                self._closing.by_us(
                    work,
                    call.place,
                    status=status,
                    reason=reason,
                    ended_at=call.lease_expired_at or self._now(),
                )
        for call in abandoned:
            logger.warning("call reaped", extra={"call_id": str(call.id), "owner": call.owner})
            place = call.place
            self._admission.release(
                Seat(agency_id=place.agency_id, tenant_id=place.tenant_id, call_id=place.call_id)
            )
        return len(abandoned)

    def _now(self) -> datetime:
        return self._clock.now()


def _verdict(call: AbandonedCall) -> tuple[CallStatus, str]:
    if call.owner is None:
        return CallStatus.ABANDONED, "never_attached"
    return CallStatus.FAILED, "owner_lost"
