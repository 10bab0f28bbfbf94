"""The 20 ms ticker that all legs of a process share."""

import asyncio
import statistics
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Protocol

from realtime.ports import FRAME_MS

_PERIOD = FRAME_MS / 1000
_RECENT = 1500  # ticks: thirty seconds, so that one stall does not count
_ENOUGH = _RECENT // 2  # a burst of first calls does not either
_STALL = 0.2  # seconds late after which missed ticks are forgotten instead of made up in a burst


class Ticking(Protocol):
    """Something that wants to send at every tick."""

    async def tick(self) -> None:
        """Send what is due; must neither block nor raise."""
        ...


class Ticker:
    """Calls every member once in 20 ms. `late_ms` keeps how late the last 20,000 ticks ran.

    `now` gives seconds; uvloop's own clock counts whole milliseconds only.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._members: set[Ticking] = set()
        self.late_ms: deque[float] = deque(maxlen=20_000)

    def add(self, member: Ticking) -> None:
        """Tick `member` from now on."""
        self._members.add(member)

    def discard(self, member: Ticking) -> None:
        """Tick `member` no more."""
        self._members.discard(member)

    def lateness(self) -> float:
        """95th percentile of the last thirty seconds in ms; 0 until half of them have passed."""
        recent = list(islice(reversed(self.late_ms), _RECENT))
        return statistics.quantiles(recent, n=20)[-1] if len(recent) >= _ENOUGH else 0.0

    async def run(self) -> None:
        """Tick until cancelled, on an absolute time base so that lateness does not add up."""
        due = self._now()
        while True:
            due += _PERIOD
            await asyncio.sleep(max(0.0, due - self._now()))
            late = self._now() - due
            self.late_ms.append(late * 1000)
            for member in tuple(self._members):
                await member.tick()
            if late > _STALL:
                due = self._now()
