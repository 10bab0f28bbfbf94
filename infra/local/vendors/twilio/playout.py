"""The buffer of one media stream: audio played to the telephone in real time, marks between it.

A mark is reported when everything before it has been heard, or when `clear` throws it away. When
the buffer runs dry nothing is sent: the telephone hears the gap. All positions are bytes, which are
mu-law samples. A segment, in the journal, is what lies between two marks or clears.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from infra.local.vendors.twilio.line import FRAME, FRAME_SECONDS

UNDERRUN_AT_MOST = 0.2  # seconds; a longer gap is a pause between utterances
CATCH_UP_AT_MOST = 0.2  # seconds behind the clock after which the clock gives way


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    position: int  # bytes pushed before it
    next_segment: int


class Playout:
    """Owned by one media stream; `run` plays for ever, the other methods never wait."""

    def __init__(
        self,
        *,
        play: Callable[[bytes], Awaitable[None]],
        reached: Callable[[str], None],
        record: Callable[..., None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._play, self._reached, self._record, self._clock = play, reached, record, clock
        self._audio = bytearray()
        self._marks: deque[_Mark] = deque()
        self._pushed = self._played = 0
        self._due = 0.0  # when the frame sent last has been heard
        self._ran_dry = True
        self._pushing = self._playing = 0  # segments
        self._received = self._heard = False  # anything of the segment pushed to, of the one played
        self._work = asyncio.Event()

    def push(self, audio: bytes) -> None:
        """Append audio of any length."""
        if not self._received:
            self._received = True
            self._record("media.received", segment=self._pushing)
        if not self._audio and (gap := self._clock() - self._due) > 0:
            self._ran_dry = True
            if self._heard and self._pushing == self._playing and gap < UNDERRUN_AT_MOST:
                self._record("underrun", segment=self._playing, ms=gap * 1000)
        self._audio += audio
        self._pushed += len(audio)
        self._work.set()

    def mark(self, name: str) -> None:
        """Put a mark after everything pushed so far."""
        self._pushing += self._received
        self._received = False
        self._marks.append(_Mark(name, self._pushed, self._pushing))
        self._work.set()

    def clear(self) -> None:
        """Throw away what has not been played; its marks are reported at once, in order."""
        self._record("clear", segment=self._playing, dropped_ms=len(self._audio) / 8)
        self._audio.clear()
        self._pushed = self._played
        self._pushing += self._received
        self._playing, self._received, self._heard = self._pushing, False, False
        while self._marks:
            self._report(self._marks.popleft(), cleared=True)

    async def run(self) -> None:
        """Play until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._audio or self._marks:
                await asyncio.sleep(max(0.0, self._due - self._clock()))
                while self._marks and self._marks[0].position <= self._played:
                    self._report(self._marks.popleft(), cleared=False)
                if self._audio:
                    await self._play_frame()

    async def _play_frame(self) -> None:
        now = self._clock()
        if self._ran_dry or now - self._due > CATCH_UP_AT_MOST:
            self._due, self._ran_dry = max(self._due, now), False
        frame = bytes(self._audio[:FRAME])
        del self._audio[:FRAME]
        self._played += len(frame)
        self._due += FRAME_SECONDS
        if not self._heard:
            self._heard = True
            self._record("media.first_out", segment=self._playing)
        await self._play(frame.ljust(FRAME, b"\xff"))

    def _report(self, mark: _Mark, *, cleared: bool) -> None:
        if not cleared:
            self._playing, self._heard = mark.next_segment, False
        self._record("mark", name=mark.name, cleared=cleared)
        self._reached(mark.name)
