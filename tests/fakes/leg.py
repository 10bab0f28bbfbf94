"""A telephone line that exists in memory: `CallLeg` with a caller who speaks on cue and hears."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from aiconnected.kit.ids import new_id
from realtime.ports import (
    FRAME_MS,
    Capability,
    Encoding,
    Ended,
    EndReason,
    Frame,
    Held,
    LegEvent,
    LegGone,
    LegKind,
    Resumed,
    SegmentPlayed,
    Side,
    Sink,
    Started,
    TransferOutcome,
)

RATE = 8000
FRAME = RATE * FRAME_MS // 1000
SILENCE = b"\xff"


@dataclass(slots=True)
class Segment:
    """Agent audio under one name; `times` are the loop times at which its frames were heard."""

    name: str
    queued: bytearray = field(default_factory=bytearray)
    heard: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A frame of the agent's as the caller heard it; `at` in seconds of the loop's clock."""

    at: float
    data: bytes
    segment: str


class FakeLeg:
    """Plays in real time of its loop: one frame each way in 20 ms."""

    kind = LegKind.TWILIO
    capabilities = frozenset({Capability.HOLD, Capability.TRANSFER})

    def __init__(self, *, encoding: Encoding = Encoding.MULAW, rate: int = RATE) -> None:
        self.id, self.call_id = new_id(), new_id()
        self.encoding, self.rate = encoding, rate
        self.heard: list[Spoken] = []
        self.speech_ended: list[float] = []  # loop time at which each utterance's last frame went
        self.holding: bytes | None = None
        self.transfers: list[str] = []
        self.cleared = 0
        self._segments: deque[Segment] = deque()
        self._voice: deque[bytes] = deque()
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._readers: list[asyncio.Queue[LegEvent]] = []
        self._taps: list[Sink] = []
        self._paused = False
        self._room = asyncio.Event()
        self.silent = asyncio.Event()  # the caller says nothing
        self._ended: Ended | None = None
        self._at_ms = 0

    # -- the test's side ---------------------------------------------------------------------

    async def run(self) -> None:
        """Move audio until the leg has ended."""
        self._emit(Started())
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self._ended is None:
            due += FRAME_MS / 1000
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._caller()
            self._agent(loop.time())

    def say(self, mulaw: bytes) -> None:
        """The caller says `mulaw`, then is silent."""
        whole = mulaw + SILENCE * (-len(mulaw) % FRAME)
        self.silent.clear()
        self._voice.extend(whole[at : at + FRAME] for at in range(0, len(whole), FRAME))

    @property
    def talking(self) -> bool:
        """Whether the caller still speaks."""
        return bool(self._voice)

    @property
    def busy(self) -> bool:
        """Whether agent audio waits to be heard."""
        return bool(self._segments)

    def hang_up(self, reason: EndReason = EndReason.CALLER_HUNG_UP) -> None:
        """The leg is gone."""
        if self._ended is None:
            self._emit(Ended(reason=reason))
            self._frames.put_nowait(None)

    def _caller(self) -> None:
        data = self._voice.popleft() if self._voice else SILENCE * FRAME
        if not self._voice and data != SILENCE * FRAME:
            self.speech_ended.append(asyncio.get_running_loop().time())
            self.silent.set()
        frame = Frame(data, Encoding.MULAW, RATE, self._at_ms)
        self._at_ms += FRAME_MS
        for sink in self._taps:
            sink(Side.CALLER, frame)
        if self.holding is None:
            self._frames.put_nowait(frame)

    def _agent(self, now: float) -> None:
        self._room.set()
        size = self.rate * FRAME_MS // 1000 * (2 if self.encoding is Encoding.PCM16 else 1)
        if self._paused:
            return
        for segment in self._segments:
            if segment.queued:
                data = bytes(segment.queued[:size])
                del segment.queued[:size]
                segment.heard += FRAME_MS
                self.heard.append(Spoken(now, data, segment.name))
                break
            if not segment.complete:
                break
        while self._segments and self._segments[0].complete and not self._segments[0].queued:
            done = self._segments.popleft()
            self._emit(SegmentPlayed(segment=done.name, heard_ms=done.heard, interrupted=False))

    def _emit(self, event: LegEvent) -> None:
        if isinstance(event, Ended):
            self._ended = event
            self._room.set()
        for reader in self._readers:
            reader.put_nowait(event)

    # -- the port ----------------------------------------------------------------------------

    async def frames(self) -> AsyncIterator[Frame]:
        while (frame := await self._frames.get()) is not None:
            yield frame

    def events(self) -> AsyncIterator[LegEvent]:
        queue: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._readers.append(queue)
        return _read(queue)

    async def play(self, frame: Frame, *, segment: str) -> None:
        self._alive()
        if not self._segments or self._segments[-1].name != segment:
            self._segments.append(Segment(segment))
        self._segments[-1].queued += frame.data
        while sum(len(s.queued) for s in self._segments) > self.rate and self._ended is None:
            self._room.clear()
            await self._room.wait()

    async def end(self, segment: str) -> None:
        self._alive()
        for known in self._segments:
            if known.name == segment:
                known.complete = True

    async def clear(self) -> int:
        self._alive()
        self.cleared += 1
        over, self._segments = list(self._segments), deque()
        self._paused = False
        for segment in over:
            self._emit(
                SegmentPlayed(segment=segment.name, heard_ms=segment.heard, interrupted=True)
            )
        return over[0].heard if over else 0

    def position(self, segment: str) -> int:
        return next((s.heard for s in self._segments if s.name == segment), 0)

    async def pause(self) -> None:
        self._alive()
        self._paused = True

    async def unpause(self) -> None:
        self._alive()
        self._paused = False

    def tap(self, sink: Sink) -> Callable[[], None]:
        self._taps.append(sink)
        return lambda: self._taps.remove(sink)

    async def dtmf(self, digits: str) -> None:
        self._alive()

    async def hold(self, audio: bytes) -> None:
        self._alive()
        await self.clear()
        self.holding = audio
        self._emit(Held())

    async def resume(self) -> None:
        self._alive()
        self.holding = None
        self._emit(Resumed())

    async def transfer(self, target: str) -> TransferOutcome:
        self._alive()
        self.transfers.append(target)
        return TransferOutcome.ACCEPTED

    async def hangup(self, reason: EndReason) -> None:
        self.hang_up(reason)

    def _alive(self) -> None:
        if self._ended is not None:
            raise LegGone


async def _read(queue: asyncio.Queue[LegEvent]) -> AsyncIterator[LegEvent]:
    while True:
        event = await queue.get()
        yield event
        if isinstance(event, Ended):
            return
