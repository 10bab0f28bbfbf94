"""A line: two-way audio between carrier and telephone, 20 ms frames of mu-law at 8 kHz."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

FRAME = 160  # bytes: 20 ms of mu-law at 8 kHz
FRAME_SECONDS = 0.02
SILENCE = b"\xff" * FRAME  # mu-law zero


class Tap(Protocol):
    """Something that listens to both directions of a line, such as a recording."""

    def spoken(self, frame: bytes) -> None:
        """Hear what the person said."""

    def heard(self, frame: bytes) -> None:
        """Hear what was played to the person."""


class Line:
    """What one telephone says and hears. `gone` is set when the person has hung up."""

    def __init__(self, *, number: str, speaker: Callable[[bytes], Awaitable[None]]) -> None:
        self.number = number
        self.gone = asyncio.Event()
        self.taps: list[Tap] = []
        self.informed: Callable[[Mapping[str, object]], Awaitable[None]] | None = None
        self._speaker = speaker
        self._ear: Callable[[bytes], None] | None = None
        self._keys: Callable[[str], None] | None = None

    def listen(
        self, ear: Callable[[bytes], None] | None, keys: Callable[[str], None] | None = None
    ) -> None:
        """Send what the person says and presses to these, and to nobody else; None: to nobody."""
        self._ear, self._keys = ear, keys

    async def play(self, frame: bytes) -> None:
        """Play one frame to the person at once; pacing is the caller's."""
        for tap in self.taps:
            tap.heard(frame)
        if not self.gone.is_set():
            await self._speaker(frame)

    def spoke(self, frame: bytes) -> None:
        """Take one frame from the telephone."""
        for tap in self.taps:
            tap.spoken(frame)
        if self._ear is not None:
            self._ear(frame)

    def pressed(self, digit: str) -> None:
        if self._keys is not None:
            self._keys(digit)

    def hang_up(self) -> None:
        """The person hung up."""
        self.gone.set()

    async def tell(self, event: Mapping[str, object]) -> None:
        """Tell the telephone how the call stands; `ended` frees it."""
        if self.informed is not None:
            await self.informed(event)


async def play_all(line: Line, audio: bytes, *, clock: Callable[[], float]) -> None:
    """Play mu-law to the person in real time on an absolute clock; returns when it has been
    heard.
    """
    due = clock()
    for start in range(0, len(audio), FRAME):
        await asyncio.sleep(max(0.0, due - clock()))
        await line.play(audio[start : start + FRAME].ljust(FRAME, b"\xff"))
        due += FRAME_SECONDS
    await asyncio.sleep(max(0.0, due - clock()))
