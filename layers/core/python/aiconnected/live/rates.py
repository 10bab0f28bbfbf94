"""Counters of requests in Redis, one for each window of a limit.

Windows are fixed and begin with the first request in them. One script counts and decides, so that
requests that race cannot pass a limit together. Without Redis nothing is counted: requests pass.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import cast

from redis import Redis

from aiconnected.kit.limits import Limit, Standing
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST

logger = logging.getLogger(__name__)

PAUSE_S = 1.0  # for which a Redis that is gone is not asked: each request would wait for it

# KEYS: a counter a window. ARGV: limit and milliseconds of each window. Counts in all of them, or
# in none when one is full. Answers {index of the full window or 0, count, ms left, index of the
# fullest}.
_HIT = """
local fullest, least, left = 1, math.huge, 0
for i, key in ipairs(KEYS) do
  local limit, ms = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local count = tonumber(redis.call('GET', key) or '0')
  local ttl = redis.call('PTTL', key)
  if ttl < 0 then ttl = ms end
  if count >= limit then return {i, count, ttl, i} end
  if (limit - count) / limit < least then
    fullest, least, left = i, (limit - count) / limit, ttl
  end
end
local counted = 0
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
  if i == fullest then counted = count end
end
return {0, counted, left, fullest}
"""


class RateLimiter:
    """Counts requests."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._hit = redis.register_script(_HIT)
        self._monotonic = monotonic
        self._lost_until = float("-inf")

    def hit(self, subject: str, limits: Sequence[Limit]) -> Standing | None:
        """Count a request of `subject`; None when nothing was counted for want of Redis."""
        if self._monotonic() < self._lost_until:
            return None
        names = [keys.rate(subject, limit.window) for limit in limits]
        arguments = [value for limit in limits for value in (limit.requests, limit.window.ms)]
        try:
            found = cast("list[int]", self._hit(keys=names, args=arguments))
        except REDIS_LOST as exc:
            self._lost_until = self._monotonic() + PAUSE_S
            logger.warning("requests are not counted", extra={"reason": type(exc).__name__})
            return None
        full, count, left, fullest = found
        limit = limits[fullest - 1]
        return Standing(
            limit=limit,
            remaining=max(limit.requests - count, 0),
            reset_s=max(-(-left // 1000), 1),
            exceeded=bool(full),
        )
