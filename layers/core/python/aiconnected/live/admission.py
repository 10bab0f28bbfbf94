"""Admission: how many calls a tenant and its agency may have at once, as leases that expire.

A seat is a member of two sorted sets, scored with the millisecond at which it lapses. There is no
counter to leak: a process that dies takes its seats with it when their time is up. Redis keeps the
time, so the clocks of webhook and realtime hosts need not agree.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from redis import Redis

from aiconnected.calls.models import RefusalReason
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST, pipeline

logger = logging.getLogger(__name__)

RESERVATION = timedelta(seconds=60)  # from the webhook until the media socket opens
LEASE = timedelta(seconds=90)  # renewed by the owner while the call lives

# KEYS: tenant's seats, agency's seats. ARGV: call, ttl ms, tenant's limit, agency's limit.
# Answers {"ok", expiry ms} or {reason, 0}. A call that has its seat keeps it whatever the limits.
_RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])
local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
for i = 1, 2 do redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now) end
if not (held and tonumber(held) > now) then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return {'tenant_full', '0'} end
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return {'agency_full', '0'} end
end
local expiry = math.max(now + ttl, tonumber(held or '0'))
for i = 1, 2 do
  redis.call('ZADD', KEYS[i], expiry, ARGV[1])
  redis.call('PEXPIRE', KEYS[i], math.max(expiry - now, redis.call('PTTL', KEYS[i])))
end
return {'ok', string.format('%.0f', expiry)}
"""

# KEYS: tenant's seats, agency's seats. ARGV: call, ttl ms. Takes the seat anew when Redis lost it:
# the call is already being answered, so the limits have had their say.
_RENEW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])
for i = 1, 2 do
  redis.call('ZADD', KEYS[i], now + ttl, ARGV[1])
  redis.call('PEXPIRE', KEYS[i], math.max(ttl, redis.call('PTTL', KEYS[i])))
end
return string.format('%.0f', now + ttl)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Calls that may live at the same time; 0 admits none."""

    tenant: int
    agency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Names one admitted call."""

    agency_id: UUID
    tenant_id: UUID
    call_id: UUID

    @property
    def keys(self) -> tuple[str, str]:
        """The two sorted sets that hold this seat."""
        return (
            keys.tenant_seats(self.agency_id, self.tenant_id),
            keys.agency_seats(self.agency_id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A seat until `expires_at`; `degraded` when Redis was lost and nothing has been counted."""

    seat: Seat
    expires_at: datetime
    degraded: bool = False


class Admission:
    """Seats of tenants and agencies. Fails open: a lost Redis admits, logs and counts it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._reserve = redis.register_script(_RESERVE)
        self._renew = redis.register_script(_RENEW)
        self._lock = threading.Lock()
        self._degraded = 0

    @property
    def degraded(self) -> int:
        """How often this process has gone on without Redis: a figure for monitoring."""
        return self._degraded

    def reserve(
        self, agency: UUID, tenant: UUID, *, call: UUID, limits: Limits
    ) -> Lease | RefusalReason:
        """A seat for 60 seconds, or why there is none. The same call gets its own seat again."""
        seat = Seat(agency_id=agency, tenant_id=tenant, call_id=call)
        args = [str(call), _ms(RESERVATION), limits.tenant, limits.agency]
        try:
            verdict, expiry = self._reserve(keys=seat.keys, args=args)
        except REDIS_LOST as exc:
            return self._open(seat, RESERVATION, exc)
        if verdict != "ok":
            return RefusalReason(verdict)
        return Lease(seat=seat, expires_at=_at(expiry))

    def confirm(self, seat: Seat, *, owner: str) -> Lease:
        """The reserved seat becomes the lease of the process that answers the call."""
        lease = self._extend(seat)
        logger.debug("seat confirmed", extra={"call_id": str(seat.call_id), "owner": owner})
        return lease

    def renew(self, seats: Iterable[Seat]) -> list[Lease]:
        """Extend the leases of live calls; the owner does this about every 30 seconds."""
        return [self._extend(seat) for seat in seats]

    def release(self, seat: Seat) -> None:
        """Give the seat back; doing it twice, or for a call never admitted, does nothing."""
        try:
            with pipeline(self._redis, transaction=False) as pipe:
                for key in seat.keys:
                    pipe.zrem(key, str(seat.call_id))
                pipe.execute()
        except REDIS_LOST as exc:
            self._open(seat, timedelta(0), exc)

    def _extend(self, seat: Seat) -> Lease:
        try:
            expiry = self._renew(keys=seat.keys, args=[str(seat.call_id), _ms(LEASE)])
        except REDIS_LOST as exc:
            return self._open(seat, LEASE, exc)
        return Lease(seat=seat, expires_at=_at(expiry))

    def _open(self, seat: Seat, length: timedelta, exc: Exception) -> Lease:
        with self._lock:
            self._degraded += 1
        logger.warning(
            "admission without redis",
            extra={"call_id": str(seat.call_id), "error": type(exc).__name__},
        )
        return Lease(seat=seat, expires_at=datetime.now(UTC) + length, degraded=True)


def _ms(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _at(unix_ms: str) -> datetime:
    return datetime.fromtimestamp(int(unix_ms) / 1000, UTC)
