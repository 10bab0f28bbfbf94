"""How much this machine stalls: the lateness of an idle loop's 10 ms sleeps."""

import asyncio
import time
from types import TracebackType
from typing import Self

PERIOD = 0.010  # seconds


class StallProbe:
    """`async with` it around a measurement; beside a latency it tells whose fault a peak was."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + PERIOD
            await asyncio.sleep(PERIOD)
            self._late_ms.append((time.monotonic() - due) * 1000)

    @property
    def result(self) -> dict[str, float]:
        """`{p95, max}` of lateness in ms; zeros when nothing was watched."""
        late = sorted(self._late_ms) or [0.0]
        p95 = late[min(len(late) - 1, int(len(late) * 0.95))]
        return {"p95": round(max(p95, 0.0), 1), "max": round(max(late[-1], 0.0), 1)}
