"""Rate limits: how many requests somebody may make in a minute, an hour and a day (A3).

Windows are fixed and begin with the first request in them. One script counts and decides, so that
requests that race cannot pass a limit together. Without Redis nothing is counted: requests pass.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from redis import Redis

from aiconnected.kit.errors import ErrorCode
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST

logger = logging.getLogger(__name__)

# KEYS: a counter a window. ARGV: limit and milliseconds of each window. Counts in all of them, or in
# none when one is full. Answers {index of the full window or 0, count, ms left} of the fullest one.
_HIT = """
local fullest, least, left = 1, math.huge, 0
for i, key in ipairs(KEYS) do
  local limit, ms = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local count = tonumber(redis.call('GET', key) or '0')
  local ttl = redis.call('PTTL', key)
  if ttl < 0 then ttl = ms end
  if count >= limit then return {i, count, ttl} end
  if (limit - count) / limit < least then
    fullest, least, left = i, (limit - count) / limit, ttl
  end
end
local counted = 0
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
  if i == fullest then counted = count end
end
return {0, counted, left, fullest}
"""


class Window(StrEnum):
    """How long a window is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def ms(self) -> int:
        """Its length."""
        return {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}[self.value]

    @property
    def code(self) -> ErrorCode:
        """What is answered when it is full."""
        return ErrorCode(f"RATE_LIMIT_{self.value.upper()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many requests in a window."""

    window: Window
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands in the window nearest to being full."""

    limit: Limit
    remaining: int
    reset_s: int  # until the window begins anew
    exceeded: bool


class RateLimiter:
    """Counts requests."""

    def __init__(self, redis: Redis) -> None:
        self._hit = redis.register_script(_HIT)

    def hit(self, subject: str, limits: Sequence[Limit]) -> Standing | None:
        """Count a request of `subject`; None when nothing was counted for want of Redis."""
        names = [keys.rate(subject, limit.window) for limit in limits]
        arguments = [value for limit in limits for value in (limit.requests, limit.window.ms)]
        try:
            full, count, left, *rest = self._hit(keys=names, args=arguments)
        except REDIS_LOST as exc:
            logger.warning("requests are not counted", extra={"reason": type(exc).__name__})
            return None
        limit = limits[(full or rest[0]) - 1]
        return Standing(
            limit=limit,
            remaining=max(limit.requests - int(count), 0),
            reset_s=max(-(-int(left) // 1000), 1),
            exceeded=bool(full),
        )
