"""What a WebSocket leg has yet to say: segments, the lead over real time, and what has been heard.

The carrier buffers what it is sent and plays it in real time. `Playout` keeps the instant at which
all that was sent will have been played (`_ends`), and hands out audio only while that lies less
than the lead ahead: a late tick then eats the lead instead of making a gap, and little is lost when
the caller interrupts. Positions follow from the same clock, so they mean *heard*, not *sent*.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from realtime.ports import FRAME_MS

LEAD = 0.1  # seconds; 60 ms was measured to run dry on a busy host (five frames against three)

_HALF = FRAME_MS / 2000  # half a frame of slack, so that a tick 1 ms early still counts


@dataclass(slots=True)
class Segment:
    """One stretch of speech with a name of the conversation's choosing."""

    name: str
    queued: bytearray = field(default_factory=bytearray)
    sent: int = 0  # bytes handed to the carrier
    complete: bool = False
    mark: str = ""  # set once the carrier has been asked to tell when it is played


@dataclass(frozen=True, slots=True)
class Spoken:
    """A frame on its way: the caller hears it at `at` (seconds of the playout's clock)."""

    data: bytes
    at: float


class Playout:
    """Segments in order, of encodings with one byte a sample. Times are seconds of `clock`."""

    def __init__(self, *, rate: int, silence: bytes, clock: Callable[[], float]) -> None:
        self._rate, self._silence, self._clock = rate, silence, clock
        self.frame_bytes = rate * FRAME_MS // 1000
        self._segments: deque[Segment] = deque()
        self._ends = 0.0
        self._marks = 0
        self._paused_at: float | None = None

    @property
    def idle(self) -> bool:
        """Nothing queued, nothing waiting for its mark."""
        return not self._segments

    def queued_ms(self) -> int:
        """Milliseconds that have not yet been handed to the carrier."""
        return sum(len(s.queued) for s in self._segments) * 1000 // self._rate

    def push(self, name: str, data: bytes) -> None:
        """Add audio to segment `name`, the last or a new one; a closed segment takes no more."""
        if not self._segments or self._segments[-1].name != name:
            self._segments.append(Segment(name))
        segment = self._segments[-1]
        if not segment.complete:
            segment.queued += data

    def finish(self, name: str) -> None:
        """Segment `name` is complete."""
        for segment in self._segments:
            if segment.name == name:
                segment.complete = True

    def due(self) -> Spoken | None:
        """The next frame to send now, or None: dry, paused or far enough ahead."""
        now = self._clock()
        if self._paused_at is not None or self._ends - now > LEAD - _HALF:
            return None
        segment = self._speaking()
        if segment is None:
            return None
        if len(segment.queued) < self.frame_bytes and not segment.complete:
            return None
        data = bytes(segment.queued[: self.frame_bytes])
        del segment.queued[: self.frame_bytes]
        segment.sent += len(data)
        start = max(self._ends, now)
        self._ends = start + FRAME_MS / 1000
        return Spoken(data.ljust(self.frame_bytes, self._silence), start)

    def _speaking(self) -> Segment | None:
        """The first segment with something to send."""
        for segment in self._segments:
            if segment.queued:
                return segment
            if not segment.complete:
                return None
        return None

    def mark_due(self) -> str | None:
        """Name of a mark to ask the carrier for, once a complete segment has been sent whole."""
        for segment in self._segments:
            if segment.queued or not segment.complete:
                return None
            if not segment.mark:
                self._marks += 1
                segment.mark = f"s{self._marks}"
                return segment.mark
        return None

    def marked(self, mark: str) -> tuple[str, int] | None:
        """The carrier has played up to `mark`: the segment's name and milliseconds heard."""
        if not self._segments or self._segments[0].mark != mark:
            return None  # of a cleared segment: carriers return those too
        segment = self._segments.popleft()
        return segment.name, self._ms(segment.sent)

    def overdue(self, *, grace: float) -> str | None:
        """The first segment's mark when the carrier should have returned it `grace` seconds ago."""
        if self._segments and (mark := self._segments[0].mark):
            return mark if self._clock() > self._ends + grace else None
        return None

    def heard_ms(self, name: str) -> int:
        """Milliseconds of segment `name` that can have been heard by now."""
        behind = max(0.0, self._ends - self._clock())
        for segment in reversed(self._segments):
            sent = segment.sent / self._rate
            if segment.name == name:
                return round(max(0.0, sent - behind) * 1000)
            behind = max(0.0, behind - sent)
        return 0

    def clear(self) -> list[tuple[str, int]]:
        """Forget everything; the segments that were under way, each with milliseconds heard."""
        heard = [(s.name, self.heard_ms(s.name)) for s in self._segments]
        self._segments.clear()
        self._ends = min(self._ends, self._clock())
        self._paused_at = None
        return heard

    def pause(self) -> None:
        """Hand out nothing more. What the carrier has already got goes on for up to the lead."""
        self._paused_at = self._clock()

    def unpause(self) -> None:
        """Go on where it was."""
        self._paused_at = None

    def _ms(self, count: int) -> int:
        return count * 1000 // self._rate
