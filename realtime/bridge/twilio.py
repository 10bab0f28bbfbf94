"""The Twilio leg: one media-stream WebSocket as a `CallLeg`."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from aiohttp import ClientConnectionResetError, WSMessage, WSMsgType

from aiconnected.kit.errors import ErrorCode, ProviderError, RuleBroken
from aiconnected.kit.ids import new_id
from realtime.bridge import twilio_protocol as protocol
from realtime.bridge.events import Events
from realtime.bridge.inbound import FloodGuard, FrameQueue
from realtime.bridge.playout import Playout, Spoken
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio_rest import TwilioCalls
from realtime.ports import (
    FRAME_MS,
    Capability,
    Dtmf,
    Ended,
    EndReason,
    Encoding,
    Frame,
    Held,
    LegEvent,
    LegGone,
    LegKind,
    MediaLost,
    Resumed,
    SegmentPlayed,
    Side,
    Sink,
    Started,
    Transferred,
    TransferOutcome,
)

logger = logging.getLogger(__name__)

_SILENCE = b"\xff"  # mu-law zero
_MAX_ERRORS = 10  # malformed messages before the leg gives up (G13)
_MEDIA_LOST = 4.0  # seconds without audio
_MEDIA_DEAD = 12.0  # seconds without audio after which the leg ends itself
_BACKLOG = 32_768  # bytes the socket may hold back before we stop writing to it
_MARK_GRACE = 2.0  # seconds after which a mark that never returns counts as played
_QUEUE_MS = 1000  # `play` awaits above this
_HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioCallRef:
    """Which call of whose account this leg belongs to, and the callback that follows a transfer."""

    call_id: UUID
    call_sid: str
    stream_sid: str
    own_number: str  # E.164: the client's number that was called
    after_url: str


class Socket(Protocol):
    """The calls of aiohttp's WebSocket that a leg uses."""

    def __aiter__(self) -> AsyncIterator[WSMessage]: ...
    async def send_str(self, data: str) -> None: ...
    async def close(self) -> bool: ...


class Transport(Protocol):
    """The calls of asyncio's transport that a leg uses."""

    def get_write_buffer_size(self) -> int: ...
    def abort(self) -> None: ...


class TwilioLeg:
    """A media stream. `run()` reads the socket until the leg has ended; the rest is the port."""

    kind = LegKind.TWILIO
    encoding = Encoding.MULAW
    rate = protocol.RATE
    capabilities = frozenset({Capability.DTMF_IN, Capability.HOLD, Capability.TRANSFER})

    def __init__(
        self,
        socket: Socket,
        ref: TwilioCallRef,
        *,
        ticker: Ticker,
        calls: TwilioCalls,
        transport: Transport | None,
        clock: Callable[[], float],
    ) -> None:
        self.id, self.call_id = new_id(), ref.call_id
        self._socket, self._ref, self._transport = socket, ref, transport
        self._ticker, self._calls, self._clock = ticker, calls, clock
        self._write = protocol.Writer(ref.stream_sid)
        self._playout = Playout(rate=self.rate, silence=_SILENCE, clock=clock)
        self._frames, self._events = FrameQueue(), Events()
        self._taps: list[Sink] = []
        self._unheard: deque[Spoken] = deque()  # sent, not yet shown to taps
        self._began = self._last_media = clock()
        self._flood = FloodGuard(started=self._began)
        self._errors = 0
        self._lost = False
        self._room = asyncio.Event()
        self._hold: bytes | None = None
        self._end_as: Ended | None = None

    async def run(self) -> Ended:
        """Read the socket until the stream stops, either side hangs up or the peer misbehaves."""
        self._ticker.add(self)
        self._events.emit(Started())
        end = Ended(reason=EndReason.CALLER_HUNG_UP)
        try:
            end = await self._read()
        finally:
            self._ticker.discard(self)
            self._show_heard()
            self._frames.close()
            self._room.set()
            self._events.emit(self._end_as or end)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._socket.close()
        return self._events.ended or end

    async def _read(self) -> Ended:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return Ended(reason=EndReason.PROTOCOL_ERROR, detail="binary message")
            try:
                parsed = protocol.parse(message.data)
            except protocol.ProtocolError as exc:
                if end := self._malformed(str(exc)):
                    return end
                continue
            if end := self._take(parsed):
                return end
        return self._end_as or Ended(reason=EndReason.CALLER_HUNG_UP, detail="socket closed")

    def _malformed(self, detail: str) -> Ended | None:
        self._errors += 1
        logger.warning("malformed media message", extra={"call_id": str(self.call_id), "detail": detail})
        if self._errors >= _MAX_ERRORS:
            return Ended(reason=EndReason.PROTOCOL_ERROR, detail=detail)
        return None

    def _take(self, message: protocol.Message) -> Ended | None:
        match message:
            case protocol.Media(payload, timestamp):
                return self._caller_audio(payload, timestamp)
            case protocol.Mark(name):
                if played := self._playout.marked(name):
                    self._played(*played, interrupted=False)
            case protocol.Digit(digit):
                self._events.emit(Dtmf(digit=digit))
            case protocol.Stop():
                return Ended(reason=EndReason.CALLER_HUNG_UP)
            case protocol.Start() | protocol.Connected():
                return self._malformed("second start")
        return None

    def _caller_audio(self, payload: bytes, timestamp: int) -> Ended | None:
        self._last_media, self._lost = self._clock(), False
        if self._flood.exceeded(len(payload) * 1000 / self.rate, now=self._last_media):
            return Ended(reason=EndReason.PROTOCOL_ERROR, detail="more audio than time")
        frame = Frame(payload, self.encoding, self.rate, timestamp)
        for sink in self._taps:
            sink(Side.CALLER, frame)
        if self._hold is None:
            self._frames.put(frame)
        return None

    # -- the port ----------------------------------------------------------------------------

    def frames(self) -> AsyncIterator[Frame]:
        """The caller's audio; one reader at a time."""
        return self._frames.read()

    def events(self) -> AsyncIterator[LegEvent]:
        """What happens to the leg."""
        return self._events.subscribe()

    async def play(self, frame: Frame, *, segment: str) -> None:
        """Queue audio; awaits while more than a second of it is queued."""
        self._alive()
        self._playout.push(segment, frame.data)
        await self._pump()
        while self._playout.queued_ms() > _QUEUE_MS and not self._events.ended:
            self._room.clear()
            await self._room.wait()

    async def end(self, segment: str) -> None:
        """Close a segment; its mark is sent as soon as its audio is."""
        self._alive()
        self._playout.finish(segment)
        await self._pump()

    async def clear(self) -> int:
        """Empty both our queue and the carrier's buffer."""
        self._alive()
        self._show_heard()
        self._unheard.clear()
        heard = self._playout.clear()
        self._room.set()
        if heard:
            await self._send(self._write.clear)
        for name, ms in heard:
            self._played(name, ms, interrupted=True)
        return heard[0][1] if heard else 0

    def position(self, segment: str) -> int:
        """Milliseconds of the segment heard by now."""
        return self._playout.heard_ms(segment)

    async def pause(self) -> None:
        """Hold back the queue."""
        self._alive()
        self._playout.pause()

    async def unpause(self) -> None:
        """Go on."""
        self._alive()
        self._playout.unpause()
        await self._pump()

    def tap(self, sink: Sink) -> Callable[[], None]:
        """Show `sink` the caller's frames as they come and ours when they are heard."""
        self._taps.append(sink)

        def untap() -> None:
            if sink in self._taps:
                self._taps.remove(sink)

        return untap

    async def dtmf(self, digits: str) -> None:
        """Media streams carry key presses from the caller only."""
        raise RuleBroken("this leg cannot send key presses", code=ErrorCode.BIZ_OPERATION_FAILED)

    async def hold(self, audio: bytes) -> None:
        """Loop `audio` to the caller, whose own audio is kept from the conversation meanwhile."""
        await self.clear()
        if self._hold is None:
            self._hold = audio or _SILENCE
            self._events.emit(Held())

    async def resume(self) -> None:
        """Back to the conversation."""
        self._alive()
        if self._hold is not None:
            self._hold = None
            await self.clear()
            self._events.emit(Resumed())

    async def transfer(self, target: str) -> TransferOutcome:
        """Redirect the call to `target`; when the carrier accepts, it ends the stream itself."""
        self._alive()
        try:
            await self._calls.dial(
                self._ref.call_sid,
                target=target,
                caller_id=self._ref.own_number,
                after_url=self._ref.after_url,
            )
        except ProviderError as exc:
            logger.warning("transfer refused", extra={"call_id": str(self.call_id), "detail": str(exc)})
            self._events.emit(Transferred(outcome=TransferOutcome.REFUSED))
            return TransferOutcome.REFUSED
        self._end_as = Ended(reason=EndReason.TRANSFERRED)
        self._events.emit(Transferred(outcome=TransferOutcome.ACCEPTED))
        return TransferOutcome.ACCEPTED

    async def hangup(self, reason: EndReason) -> None:
        """Complete the call at the carrier, then close the stream.

        Closing alone would send the carrier on to the `<Connect action>`; should completing fail,
        that route still ends the call.
        """
        if self._events.ended or self._end_as:
            return
        self._end_as = Ended(reason=reason)
        if reason is EndReason.HUNG_UP:
            try:
                await self._calls.complete(self._ref.call_sid)
            except ProviderError as exc:
                logger.warning("hang-up by closing", extra={"call_id": str(self.call_id), "detail": str(exc)})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._socket.close()

    # -- pacing ------------------------------------------------------------------------------

    async def tick(self) -> None:
        """Send what is due, show taps what was heard, notice a silent or stuck peer."""
        if self._hold is not None and self._playout.queued_ms() < 10 * FRAME_MS:
            self._playout.push(_HOLD, self._hold)
        if not self._playout.idle:
            await self._pump()
        if self._unheard:
            self._show_heard()
        quiet = self._clock() - self._last_media
        if quiet > _MEDIA_LOST:
            self._media_missing(quiet)

    def _media_missing(self, quiet: float) -> None:
        if not self._lost:
            self._lost = True
            self._events.emit(MediaLost())
        if quiet > _MEDIA_DEAD and self._end_as is None and self._transport is not None:
            self._end_as = Ended(reason=EndReason.MEDIA_LOST)
            self._transport.abort()

    async def _pump(self) -> None:
        if self._stuck():
            return
        while (spoken := self._playout.due()) is not None:
            if self._taps:
                self._unheard.append(spoken)
            await self._send(self._write.media(spoken.data))
        if mark := self._playout.mark_due():
            await self._send(self._write.mark(mark))
        elif (late := self._playout.overdue(grace=_MARK_GRACE)) and (
            played := self._playout.marked(late)
        ):
            self._played(*played, interrupted=False)
        if self._playout.queued_ms() <= _QUEUE_MS:
            self._room.set()

    def _stuck(self) -> bool:
        """The peer does not read: writing would block every leg of this process."""
        return self._transport is not None and self._transport.get_write_buffer_size() > _BACKLOG

    async def _send(self, text: str) -> None:
        with contextlib.suppress(ClientConnectionResetError):  # `_read` sees the end
            await self._socket.send_str(text)

    def _show_heard(self) -> None:
        now = self._clock()
        while self._unheard and self._unheard[0].at <= now:
            spoken = self._unheard.popleft()
            at_ms = round((spoken.at - self._began) * 1000)
            frame = Frame(spoken.data, self.encoding, self.rate, at_ms)
            for sink in self._taps:
                sink(Side.AGENT, frame)

    def _played(self, name: str, heard_ms: int, *, interrupted: bool) -> None:
        if name != _HOLD:
            self._events.emit(
                SegmentPlayed(segment=name, heard_ms=heard_ms, interrupted=interrupted)
            )

    def _alive(self) -> None:
        if self._events.ended is not None:
            raise LegGone
