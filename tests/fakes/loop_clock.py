"""A clock that stands where a test puts it, or follows the loop's virtual time."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


class LoopClock:
    """`monotonic` is the running loop's time, `now` as far after 21 November 2026, 15:00 UTC."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()
