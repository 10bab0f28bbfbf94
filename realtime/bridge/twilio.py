"""The Twilio leg: one media-stream WebSocket as a `CallLeg`."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from aiohttp import WSMessage, WSMsgType

from aiconnected.kit.errors import ErrorCode, RuleBroken
from aiconnected.kit.ids import new_id
from realtime.bridge import twilio_protocol as protocol
from realtime.bridge.events import Events
from realtime.bridge.inbound import FloodGuard, FrameQueue
from realtime.bridge.outbound import Outbound, Transport
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio_rest import TwilioCall
from realtime.ports import (
    Capability,
    Dtmf,
    Encoding,
    Ended,
    EndReason,
    Frame,
    Held,
    LegEvent,
    LegGone,
    LegKind,
    MediaLost,
    Resumed,
    Side,
    Sink,
    Started,
    TransferOutcome,
    Transferred,
)

logger = logging.getLogger(__name__)

_MAX_ERRORS = 10  # malformed messages before the leg gives up (G13)
_MEDIA_LOST = 4.0  # seconds without audio
_MEDIA_DEAD = 12.0  # seconds without audio after which the leg ends itself


class Socket(Protocol):
    """The calls of aiohttp's WebSocket that a leg uses."""

    def __aiter__(self) -> AsyncIterator[WSMessage]: ...
    async def send_str(self, data: str) -> None: ...
    async def close(self) -> bool: ...


class TwilioLeg:
    """A media stream. `run()` reads the socket until the leg has ended; the rest is the port."""

    kind = LegKind.TWILIO
    encoding = Encoding.MULAW
    rate = protocol.RATE
    capabilities = frozenset({Capability.DTMF_IN, Capability.HOLD, Capability.TRANSFER})

    def __init__(
        self,
        socket: Socket,
        call: TwilioCall,
        *,
        ticker: Ticker,
        transport: Transport | None,
        clock: Callable[[], float],
    ) -> None:
        self.id, self.call_id = new_id(), call.call_id
        self._socket, self._call, self._transport = socket, call, transport
        self._ticker, self._clock = ticker, clock
        self._frames, self._events = FrameQueue(), Events()
        self._out = Outbound(
            protocol.Writer(call.stream_sid),
            send=socket.send_str,
            transport=transport,
            rate=self.rate,
            clock=clock,
            played=self._events.emit,
        )
        self._last_media = clock()
        self._flood = FloodGuard(started=self._last_media)
        self._errors = 0
        self._lost = False
        self._room = asyncio.Event()
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
            self._out.abandon()
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
        logger.warning(
            "malformed media message", extra={"call_id": str(self.call_id), "detail": detail}
        )
        if self._errors >= _MAX_ERRORS:
            return Ended(reason=EndReason.PROTOCOL_ERROR, detail=detail)
        return None

    def _take(self, message: protocol.Message) -> Ended | None:
        match message:
            case protocol.Media(payload, timestamp):
                return self._caller_audio(payload, timestamp)
            case protocol.Mark(name):
                self._out.marked(name)
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
        for sink in self._out.taps:
            sink(Side.CALLER, frame)
        if not self._out.holding:
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
        self._out.push(segment, frame.data)
        await self._out.pump()
        while self._out.full and not self._events.ended:
            self._room.clear()
            await self._room.wait()

    async def end(self, segment: str) -> None:
        """Close a segment; its mark is sent as soon as its audio is."""
        self._alive()
        self._out.finish(segment)
        await self._out.pump()

    async def clear(self) -> int:
        """Empty both our queue and the carrier's buffer."""
        self._alive()
        heard = await self._out.clear()
        self._room.set()
        return heard

    def position(self, segment: str) -> int:
        """Milliseconds of the segment heard by now."""
        return self._out.heard_ms(segment)

    async def pause(self) -> None:
        """Hold back the queue."""
        self._alive()
        self._out.pause()

    async def unpause(self) -> None:
        """Go on."""
        self._alive()
        self._out.unpause()
        await self._out.pump()

    def tap(self, sink: Sink) -> Callable[[], None]:
        """Show `sink` the caller's frames as they come and ours when they are heard."""
        self._out.taps.append(sink)

        def untap() -> None:
            if sink in self._out.taps:
                self._out.taps.remove(sink)

        return untap

    async def dtmf(self, digits: str) -> None:  # noqa: ARG002 -- the port's
        """Media streams carry key presses from the caller only."""
        raise RuleBroken("this leg cannot send key presses", code=ErrorCode.BIZ_OPERATION_FAILED)

    async def hold(self, audio: bytes) -> None:
        """Loop `audio` to the caller, whose own audio is kept from the conversation meanwhile."""
        await self.clear()
        if not self._out.holding:
            self._out.hold(audio)
            self._events.emit(Held())

    async def resume(self) -> None:
        """Back to the conversation."""
        self._alive()
        if self._out.holding:
            self._out.resume()
            await self.clear()
            self._events.emit(Resumed())

    async def transfer(self, target: str) -> TransferOutcome:
        """Redirect the call to `target`; when the carrier accepts, it ends the stream itself."""
        self._alive()
        if not await self._call.dial(target):
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
            await self._call.complete()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._socket.close()

    # -- pacing ------------------------------------------------------------------------------

    async def tick(self) -> None:
        """Send what is due, and notice a silent peer."""
        await self._out.tick()
        if not self._out.full:
            self._room.set()
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

    def _alive(self) -> None:
        if self._events.ended is not None:
            raise LegGone
