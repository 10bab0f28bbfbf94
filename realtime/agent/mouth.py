"""What the caller hears of us: segments on the leg, the session's and our own lines alike."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from aiconnected.kit.clock import Clock
from realtime.agent.lines import RATE, Line
from realtime.audio import Pcm, encode, resample, ulaw_decode
from realtime.ports import (
    CallLeg,
    Encoding,
    Frame,
    LegEvent,
    LegGone,
    SegmentPlayed,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A segment is over: `heard_ms` of it were heard, all unless `interrupted`."""

    heard_ms: int
    interrupted: bool
    began: float  # monotonic; when its first audio was handed to the leg


@dataclass(slots=True)
class _Segment:
    done: asyncio.Future[Played]
    complete: asyncio.Event
    began: float = 0.0


class Mouth:
    """Segments in the order in which they are begun; each ends in exactly one `Played`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._leg: CallLeg | None = None
        self._attached = asyncio.Event()
        self._segments: dict[str, _Segment] = {}
        self._control: asyncio.Task[None] | None = None
        self._names = 0
        self._closed = False
        self._yielding: float | None = None  # since when a line is said that gives way
        self.last_heard = 0.0  # monotonic: when the last segment was over
        self.paused_at: float | None = None  # monotonic

    @property
    def speaking(self) -> bool:
        """Whether something of ours is being heard or is about to be."""
        return bool(self._segments)

    # -- the leg -----------------------------------------------------------------------------

    def attach(self, leg: CallLeg) -> None:
        """Speak over `leg` from now on."""
        self._leg = leg
        self._attached.set()

    def detach(self) -> None:
        """No leg for now: what was under way ends as interrupted, what comes waits."""
        self._attached.clear()
        for name in list(self._segments):
            heard = self._leg.position(name) if self._leg else 0
            self._finish(name, heard, interrupted=True)
        self._leg = None

    def on_event(self, event: LegEvent) -> None:
        """Take a leg's event."""
        if isinstance(event, SegmentPlayed):
            self._finish(event.segment, event.heard_ms, interrupted=event.interrupted)

    # -- segments ----------------------------------------------------------------------------

    def begin(self) -> str:
        """Name of a new segment."""
        self._names += 1
        name = f"a{self._names}"
        self._segments[name] = _Segment(asyncio.get_running_loop().create_future(), asyncio.Event())
        return name

    def played(self, segment: str) -> asyncio.Future[Played]:
        """Resolves when `segment` is over."""
        return self._segments[segment].done

    async def play(self, segment: str, pcm: Pcm, *, rate: int = RATE) -> bool:
        """Say more of a segment; awaits while a second is queued. False when it is over already."""
        await self._attached.wait()
        await self._settled()
        await self._turn_of(segment)
        if self._closed:
            return False
        known, leg = self._segments.get(segment), self._leg
        if known is None or leg is None:
            return False
        if not known.began:
            known.began = self._clock.monotonic()
        data = encode(resample(pcm, source=rate, target=leg.rate), leg.encoding)
        await self._on_leg(leg.play(Frame(data, leg.encoding, leg.rate, 0), segment=segment))
        return True

    def end(self, segment: str) -> None:
        """A segment is complete."""
        known = self._segments.get(segment)
        if known is not None:
            known.complete.set()
        if known is not None and not known.began:
            self._finish(segment, 0, interrupted=True)  # nothing of it was ever said
        elif known is not None and (leg := self._leg) is not None:
            self._order(lambda: leg.end(segment))

    async def say(self, line: Line, *, yields: bool = False) -> Played:
        """Say a cached line as a segment of its own, whatever the session does.

        One that `yields` is broken off by `give_way`.
        """
        segment = self.begin()
        try:
            return await self._say(segment, line, yields=yields)
        finally:
            self._yielding = None

    def give_way(self, spoken: float) -> None:
        """The caller has said words, the last at `spoken`: a line that was begun before yields."""
        if self._yielding is not None and spoken > self._yielding:
            self.clear()

    async def _say(self, segment: str, line: Line, *, yields: bool) -> Played:
        done = self.played(segment)
        await self._settled()
        await self._turn_of(segment)
        self._yielding = self._clock.monotonic() if yields else None
        leg = self._leg
        if leg is not None and leg.encoding is Encoding.MULAW and leg.rate == RATE:
            self._segments[segment].began = self._clock.monotonic()
            await self._on_leg(leg.play(Frame(line.mulaw, leg.encoding, RATE, 0), segment=segment))
        else:
            await self.play(segment, ulaw_decode(line.mulaw))
        self.end(segment)
        return await done

    async def quiet(self) -> None:
        """Wait until nothing more is heard."""
        while self._segments:
            await asyncio.wait([known.done for known in self._segments.values()])

    # -- control: in order, and never waiting for what is queued -----------------------------

    def clear(self) -> None:
        """Be silent now; every segment ends as interrupted."""
        self.paused_at = None
        if (leg := self._leg) is not None and self._segments:
            self._order(partial(self._clear, leg, tuple(self._segments)))

    def pause(self) -> None:
        """Be silent, to go on later."""
        self.paused_at = self.paused_at or self._clock.monotonic()
        if (leg := self._leg) is not None:
            self._order(leg.pause)

    def unpause(self) -> None:
        """Go on."""
        self.paused_at = None
        if (leg := self._leg) is not None:
            self._order(leg.unpause)

    async def _clear(self, leg: CallLeg, segments: tuple[str, ...]) -> None:
        heard = {name: leg.position(name) for name in segments}
        try:
            await leg.clear()
            await asyncio.sleep(0)  # lets the leg's own account of it come first
        finally:
            for name in segments:
                self._finish(name, heard[name], interrupted=True)

    def _order(self, order: Callable[[], Awaitable[object]]) -> None:
        before = self._control

        async def carry_out() -> None:
            if before is not None:
                await asyncio.wait({before})
            await self._on_leg(order())

        self._control = asyncio.create_task(carry_out(), name="mouth-control")

    async def _turn_of(self, name: str) -> None:
        """Wait until the segments begun before are complete: a leg takes them one after another."""
        for other, known in tuple(self._segments.items()):
            if other == name:
                return
            await known.complete.wait()

    async def _settled(self) -> None:
        while (control := self._control) is not None and not control.done():
            await asyncio.wait({control})

    async def _on_leg(self, doing: Awaitable[object]) -> None:
        with contextlib.suppress(LegGone):  # the leg's `Ended` ends the segments
            await doing

    def _finish(self, name: str, heard_ms: int, *, interrupted: bool) -> None:
        segment = self._segments.pop(name, None)
        if segment is None:
            return
        segment.complete.set()
        self.last_heard = self._clock.monotonic()
        if not segment.done.done():
            segment.done.set_result(
                Played(heard_ms=heard_ms, interrupted=interrupted, began=segment.began)
            )

    async def close(self) -> None:
        """Say nothing more."""
        self.detach()
        self._closed = True
        self._attached.set()
        await self._settled()
