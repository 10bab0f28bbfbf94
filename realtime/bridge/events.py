"""Leg events for any number of readers."""

import asyncio
from collections.abc import AsyncIterator

from realtime.ports import Ended, LegEvent


class Events:
    """Each reader gets every event from its first step on, and `Ended` even when it comes late."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[LegEvent]] = set()
        self._ended: Ended | None = None

    @property
    def ended(self) -> Ended | None:
        """The last event, once it has happened."""
        return self._ended

    def emit(self, event: LegEvent) -> None:
        """Tell every reader; nothing follows `Ended`."""
        if self._ended is not None:
            return
        if isinstance(event, Ended):
            self._ended = event
        for reader in self._readers:
            reader.put_nowait(event)

    def subscribe(self) -> AsyncIterator[LegEvent]:
        """Events from this call on; ends after `Ended`."""
        queue: asyncio.Queue[LegEvent] = asyncio.Queue()
        if self._ended is not None:
            queue.put_nowait(self._ended)
        self._readers.add(queue)
        return self._read(queue)

    async def _read(self, queue: asyncio.Queue[LegEvent]) -> AsyncIterator[LegEvent]:
        try:
            while True:
                event = await queue.get()
                yield event
                if isinstance(event, Ended):
                    return
        finally:
            self._readers.discard(queue)
