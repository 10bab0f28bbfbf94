"""Event loop on virtual time: it jumps to the next timer instead of waiting for it.

A scripted thirty-second call takes no real time and always runs in the same order. Time stands
still while anything is ready to run. Only work handed to an executor passes real time, because
nobody but its thread knows when it ends.
"""

import asyncio
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVarTuple

Arguments = TypeVarTuple("Arguments")


class _JumpingSelector(selectors.DefaultSelector):
    """Selector that lets a callback take the place of waiting."""

    def __init__(self, wait: Callable[[float | None], float | None]) -> None:
        super().__init__()
        self._wait = wait

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(0) or super().select(self._wait(timeout))


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Event loop whose `time()`, in seconds, starts at 0 and jumps to the next timer."""

    def __init__(self) -> None:
        self._now = 0.0
        self._executing = 0
        self._real: float | None = None
        """Real time up to which `_now` has followed, while executors work."""
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        if self._real is not None:
            real = time.monotonic()
            self._now, self._real = self._now + real - self._real, real
        return self._now

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[*Arguments], object],
        *args: *Arguments,
    ) -> asyncio.Future[object]:
        if not self._executing:
            self._real = time.monotonic()
        self._executing += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._executed)
        return future

    def _executed(self, _future: asyncio.Future[object]) -> None:
        self._executing -= 1
        if not self._executing:
            self.time()
            self._real = None

    def _jump(self, timeout: float | None) -> float | None:
        """Move to the next timer, `timeout` seconds away; return the seconds to wait in reality."""
        if timeout is None or self._real is not None:
            return timeout
        self._now += timeout
        return 0
