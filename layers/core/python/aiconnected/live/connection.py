"""Connections to Redis, with short time-outs: losing it degrades and must never delay a call."""

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

TIMEOUT_S = 0.25
# A Redis that is gone, stalled or still loading; or one that cannot write, which costs us the same.
REDIS_LOST = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError, OSError)


def connect(url: str, *, timeout_s: float = TIMEOUT_S) -> Redis:
    """A synchronous client that connects on first use and answers or fails within `timeout_s`."""
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] -- its **kwargs are untyped
        url,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=min(timeout_s, TIMEOUT_S),
        # One attempt more, and at once: a pooled connection may have died with the last server.
        retry=Retry(NoBackoff(), 1),
    )


def connect_async(url: str) -> AsyncRedis:
    """The same for an event loop; the caller does its own retrying, and sets the time itself.

    With a time of its own, redis-py sends through `asyncio.wait_for`, which before Python 3.12 can
    swallow a cancellation (python/cpython#86296): who waits for the end would wait for ever.
    """
    return AsyncRedis.from_url(  # pyright: ignore[reportUnknownMemberType] -- untyped **kwargs
        url,
        decode_responses=True,
        protocol=2,  # one shape of XREAD's answer
        socket_timeout=None,
        socket_connect_timeout=1,
        retry=AsyncRetry(NoBackoff(), 0),
    )


def pipeline(redis: Redis, *, transaction: bool) -> Pipeline:
    """Several commands in one round trip; as one transaction when asked."""
    return redis.pipeline(  # pyright: ignore[reportUnknownMemberType] -- untyped shard_hint
        transaction=transaction
    )
