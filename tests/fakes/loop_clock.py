"""A clock that follows the loop's virtual time."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


class LoopClock:
    """Follows the running loop: `now` begins on 21 November 2026, 15:00 UTC, `monotonic` at 0."""

    def __init__(self, *, booted: float = 0.0) -> None:
        """`booted` seconds passed before the loop's time began, as on a real host."""
        self._booted = booted

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())

    def monotonic(self) -> float:
        return self._booted + asyncio.get_running_loop().time()
