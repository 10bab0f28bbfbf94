"""The caller's side of a WebSocket leg: frames in order for one reader, a guard against floods."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from realtime.ports import Frame

_BUFFER = 50  # frames: one second for a reader that has been held up (G13)


class FrameQueue:
    """Newest second of the caller's audio; the oldest frame gives way when the reader is behind."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=_BUFFER)
        self._ready = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Add a frame; never blocks."""
        if len(self._frames) == _BUFFER:
            self.dropped += 1
        self._frames.append(frame)
        self._ready.set()

    def close(self) -> None:
        """No frame follows."""
        self._closed = True
        self._ready.set()

    async def read(self) -> AsyncIterator[Frame]:
        """Frames as they come, until closed."""
        while True:
            while self._frames:
                yield self._frames.popleft()
            if self._closed:
                return
            self._ready.clear()
            await self._ready.wait()


class FloodGuard:
    """Says when a peer has sent more audio than time has passed.

    A stalled network may deliver a backlog at once, so `burst_ms` may be ahead of the clock.
    """

    def __init__(self, *, started: float, burst_ms: int = 10_000) -> None:
        self._started, self._burst = started, burst_ms
        self._received_ms = 0.0

    def exceeded(self, audio_ms: float, *, now: float) -> bool:
        """Count `audio_ms` more; True when the peer is flooding."""
        self._received_ms += audio_ms
        return self._received_ms > (now - self._started) * 1000 + self._burst
