"""The leg that a conversation is on at present: its frames, its events and its time line."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiconnected.kit.clock import Clock
from realtime.ports import CallLeg, Frame, LegEvent


class LegReader:
    """Reads one leg after another. `on_frame` gets the frame and its monotonic time of arrival."""

    def __init__(
        self,
        clock: Clock,
        *,
        on_frame: Callable[[Frame, float], None],
        on_event: Callable[[LegEvent], None],
    ) -> None:
        self._clock, self._on_frame, self._on_event = clock, on_frame, on_event
        self._tasks: list[asyncio.Task[None]] = []
        self._last: tuple[float, int] | None = None  # arrival and place of the newest frame
        self.leg: CallLeg | None = None

    def attach(self, leg: CallLeg) -> None:
        """Read `leg`, and no other."""
        self._cancel()
        self.leg = leg
        events = leg.events()  # from now on: none must be missed
        self._tasks = [
            asyncio.create_task(self._frames(leg), name="leg-frames"),
            asyncio.create_task(self._events_of(leg, events), name="leg-events"),
        ]

    async def detach(self) -> None:
        """Read nothing."""
        tasks = self._cancel()
        self.leg = None
        await asyncio.gather(*tasks, return_exceptions=True)

    def ms_at(self, monotonic: float) -> int:
        """Place of an instant on the leg's time line, from the newest frame's."""
        if self._last is None:
            return 0
        arrived, at_ms = self._last
        return max(0, at_ms + round((monotonic - arrived) * 1000))

    def _cancel(self) -> list[asyncio.Task[None]]:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        return tasks

    async def _frames(self, leg: CallLeg) -> None:
        async for frame in leg.frames():
            arrived = self._clock.monotonic()
            self._last = (arrived, frame.at_ms)
            self._on_frame(frame, arrived)

    async def _events_of(self, leg: CallLeg, events: AsyncIterator[LegEvent]) -> None:
        async for event in events:
            if self.leg is leg:
                self._on_event(event)
