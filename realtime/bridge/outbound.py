"""Our side of a WebSocket leg: paces speech into the socket, shows taps what has been heard."""

import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import ClientConnectionResetError

from realtime.bridge.playout import Playout, Spoken
from realtime.ports import FRAME_MS, Encoding, Frame, SegmentPlayed, Side, Sink

SILENCE = b"\xff"  # mu-law zero
_BACKLOG = 32_768  # bytes the socket may hold back before we stop writing to it
_MARK_GRACE = 2.0  # seconds after which a mark that never returns counts as played
_QUEUE_MS = 1000  # more than this is back-pressure
_HOLD = "hold"


class Transport(Protocol):
    """The calls of asyncio's transport that a leg uses."""

    def get_write_buffer_size(self) -> int: ...
    def abort(self) -> None: ...


class Writer(Protocol):
    """The carrier's messages, as text."""

    @property
    def clear(self) -> str: ...
    def media(self, data: bytes) -> str: ...
    def mark(self, name: str) -> str: ...


class Outbound:
    """Speech on its way to the caller. `send` writes one message and never blocks for long."""

    def __init__(
        self,
        write: Writer,
        *,
        send: Callable[[str], Awaitable[None]],
        transport: Transport | None,
        rate: int,
        clock: Callable[[], float],
        played: Callable[[SegmentPlayed], None],
    ) -> None:
        self._write, self._to_socket, self._transport = write, send, transport
        self._rate, self._clock, self._tell = rate, clock, played
        self._playout = Playout(rate=rate, silence=SILENCE, clock=clock)
        self._unheard: deque[Spoken] = deque()  # sent, not yet shown to taps
        self._began = clock()
        self._hold: bytes | None = None
        self.taps: list[Sink] = []

    @property
    def full(self) -> bool:
        """More than a second is queued."""
        return self._playout.queued_ms() > _QUEUE_MS

    @property
    def holding(self) -> bool:
        """The caller hears the hold's audio instead of the conversation."""
        return self._hold is not None

    def push(self, segment: str, data: bytes) -> None:
        """Queue audio."""
        self._playout.push(segment, data)

    def finish(self, segment: str) -> None:
        """The segment is complete."""
        self._playout.finish(segment)

    def heard_ms(self, segment: str) -> int:
        """Milliseconds of the segment that can have been heard."""
        return self._playout.heard_ms(segment)

    def pause(self) -> None:
        """Hold back what is queued."""
        self._playout.pause()

    def unpause(self) -> None:
        """Go on."""
        self._playout.unpause()

    def hold(self, audio: bytes) -> None:
        """Loop `audio` from the next tick on."""
        self._hold = audio or SILENCE

    def resume(self) -> None:
        """End the loop."""
        self._hold = None

    async def clear(self) -> int:
        """Empty our queue and the carrier's buffer; milliseconds heard of the segment in play."""
        self.show_heard()
        self._unheard.clear()
        heard = self._playout.clear()
        if heard:
            await self._send(self._write.clear)
        for name, ms in heard:
            self._played(name, ms, interrupted=True)
        return heard[0][1] if heard else 0

    def abandon(self) -> None:
        """The leg is gone: say what was heard of the segments under way."""
        self.show_heard()
        for name, ms in self._playout.clear():
            self._played(name, ms, interrupted=True)

    async def tick(self) -> None:
        """What is due every 20 ms."""
        if self._hold is not None and self._playout.queued_ms() < 10 * FRAME_MS:
            self._playout.push(_HOLD, self._hold)
        if not self._playout.idle:
            await self.pump()
        if self._unheard:
            self.show_heard()

    async def pump(self) -> None:
        """Send what is due, ask for a mark behind a complete segment."""
        if self._transport is not None and self._transport.get_write_buffer_size() > _BACKLOG:
            return  # the peer does not read: writing would block every leg of this process
        while (spoken := self._playout.due()) is not None:
            if self.taps:
                self._unheard.append(spoken)
            await self._send(self._write.media(spoken.data))
        if mark := self._playout.mark_due():
            await self._send(self._write.mark(mark))
        elif late := self._playout.overdue(grace=_MARK_GRACE):
            self.marked(late)

    def marked(self, mark: str) -> None:
        """The carrier has played everything before `mark`."""
        if played := self._playout.marked(mark):
            self._played(*played, interrupted=False)

    def show_heard(self) -> None:
        """Show the taps what the caller has heard since the last time."""
        now = self._clock()
        while self._unheard and self._unheard[0].at <= now:
            spoken = self._unheard.popleft()
            at_ms = round((spoken.at - self._began) * 1000)
            frame = Frame(spoken.data, Encoding.MULAW, self._rate, at_ms)
            for sink in self.taps:
                sink(Side.AGENT, frame)

    async def _send(self, text: str) -> None:
        with contextlib.suppress(ClientConnectionResetError):  # the reader sees the end
            await self._to_socket(text)

    def _played(self, name: str, heard_ms: int, *, interrupted: bool) -> None:
        if name != _HOLD:
            self._tell(SegmentPlayed(segment=name, heard_ms=heard_ms, interrupted=interrupted))
