"""UUIDv7 identifiers (RFC 9562 §5.7): made here and nowhere else, never by the database."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A time-ordered identifier: 48 bits of Unix milliseconds, then 74 random bits."""
    return id_at(time.time_ns() // 1_000_000)


def id_at(unix_ms: int) -> UUID:
    """The identifier that `new_id` would make at `unix_ms`, for tests and for backfilling."""
    value = (unix_ms & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant 10
    return UUID(int=value)
