"""One media stream: the socket between a call and the application, both directions in real time.

What the telephone says is forwarded as it arrives, so the telephone's absolute 20 ms clock is the
stream's; when a telephone falls silent for 100 ms the stream keeps its own clock with silence, as a
gateway does.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from infra.local.vendors.engines.control import At, Control, FaultKind
from infra.local.vendors.twilio import signature, stream_messages
from infra.local.vendors.twilio.errors import STREAM_CLOSED, STREAM_HANDSHAKE, CallError
from infra.local.vendors.twilio.faulting import MEDIA, strike
from infra.local.vendors.twilio.http_client import HttpClient
from infra.local.vendors.twilio.line import FRAME_SECONDS, SILENCE, Line
from infra.local.vendors.twilio.model import Call, new_sid
from infra.local.vendors.twilio.playout import Playout
from infra.local.vendors.twilio.tasks import cancel

OPEN_TIMEOUT = 5.0  # seconds for connection and handshake
CLOSE_TIMEOUT = 1.0  # seconds for the closing handshake; a hang-up must not wait for it
QUIET_TELEPHONE = 0.1  # seconds after which silence is sent in its stead
FAULTY: Mapping[int, At] = {1: "first", 50: "middle"}  # media messages at which faults strike
ORDERLY = frozenset({1000, 1001, 1005})  # close codes of an application that has finished


class StreamEnd(StrEnum):
    """Why a media stream is over."""

    CLOSED = "closed"  # the application closed the socket
    LOST = "lost"  # the connection broke
    REFUSED = "refused"  # it never opened
    VIOLATED = "violated"  # the application broke the protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResult:
    """How a stream ended; `code` is 0 for an ordinary close."""

    end: StreamEnd
    code: int = 0
    text: str = ""


class MediaStream:
    """Opened by `<Connect><Stream>`; `run` returns when the application or the network ends it.

    Cancelling `run` is how the call ends the stream: the application gets `stop` and a close.
    """

    def __init__(
        self,
        *,
        call: Call,
        line: Line,
        url: str,
        parameters: Mapping[str, str],
        http: HttpClient,
        auth_token: str,
        control: Control,
    ) -> None:
        self.sid = new_sid("MZ")
        self._call, self._line, self._url, self._parameters = call, line, url, parameters
        self._http, self._token, self._control = http, auth_token, control
        self._writer = stream_messages.Writer(stream_sid=self.sid)
        self._outbox: asyncio.Queue[bytes | tuple[str, str]] = asyncio.Queue()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._sent = 0
        self._held: str | None = None  # the message a reorder fault keeps back
        self._playout = Playout(play=line.play, reached=self._mark_reached, record=self._record)

    async def run(self) -> StreamResult:
        try:
            self._socket = await self._open()
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            self._record("media.refused", reason=type(exc).__name__)
            return StreamResult(
                end=StreamEnd.REFUSED, code=STREAM_HANDSHAKE, text="handshake failed"
            )
        self._record("media.connected", stream_sid=self.sid, url=self._url)
        playing = asyncio.create_task(self._playout.run())
        try:
            return await self._converse(self._socket)
        except asyncio.CancelledError:
            await self._stop(self._socket)
            raise
        finally:
            self._line.listen(None)
            await cancel(playing)
            await self._close(self._socket)
            self._record("stop", stream_sid=self.sid)

    async def inject(self, message: str | bytes) -> None:
        """Send a raw frame to the application, as broken as the caller likes."""
        if self._socket is None or self._socket.closed:
            raise ConnectionResetError("the media socket is not open")
        if isinstance(message, str):
            await self._socket.send_str(message)
        else:
            await self._socket.send_bytes(message)

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        fault = await strike(self._control, "accept", route=MEDIA, call=self._call)
        sign = signature.sign(self._token, self._url)
        if fault is not None:
            await fault.apply_delay()
            await fault.apply_stall()
            if fault.kind is FaultKind.DROP:
                raise ConnectionRefusedError("a fault refuses the connection")
            if fault.kind is FaultKind.ERROR:
                sign = signature.forge(self._url)
        async with asyncio.timeout(OPEN_TIMEOUT):
            return await self._http.session.ws_connect(
                self._url,
                headers={signature.HEADER: sign, "User-Agent": "TwilioMediaStreams/1.0"},
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT),  # pyright: ignore[reportCallIssue] - attrs
                compress=0,
            )

    async def _converse(self, socket: aiohttp.ClientWebSocketResponse) -> StreamResult:
        await socket.send_str(self._writer.connected())
        await socket.send_str(self._writer.start(self._call, self._parameters))
        self._line.listen(self._outbox.put_nowait, self._key_pressed)
        reading = asyncio.create_task(self._read(socket))
        writing = asyncio.create_task(self._write(socket))
        try:
            await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                return reading.result()
            return writing.result()
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> StreamResult:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.ERROR:
                break
            try:
                self._obey(stream_messages.read(message.data, stream_sid=self.sid))
            except CallError as exc:
                self._record("media.violation", code=exc.code, reason=str(exc))
                return StreamResult(end=StreamEnd.VIOLATED, code=exc.code, text=str(exc))
        if socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE or socket.close_code is None:
            return self._lost()
        self._record("media.closed", close_code=socket.close_code)
        if socket.close_code in ORDERLY:
            return StreamResult(end=StreamEnd.CLOSED)
        text = f"closed with {socket.close_code}"
        return StreamResult(end=StreamEnd.CLOSED, code=STREAM_CLOSED, text=text)

    def _obey(
        self, order: stream_messages.Media | stream_messages.Mark | stream_messages.Clear
    ) -> None:
        match order:
            case stream_messages.Media(audio):
                self._playout.push(audio)
            case stream_messages.Mark(name):
                self._playout.mark(name)
            case stream_messages.Clear():
                self._playout.clear()

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> StreamResult:
        silent_at: float | None = None  # when the next frame of the carrier's own silence is due
        try:
            while True:
                wait = QUIET_TELEPHONE if silent_at is None else silent_at - time.monotonic()
                try:
                    async with asyncio.timeout(max(wait, 0.0)):
                        item = await self._outbox.get()
                    silent_at = None if isinstance(item, bytes) else silent_at
                except TimeoutError:
                    item = SILENCE
                    silent_at = (silent_at or time.monotonic()) + FRAME_SECONDS
                await self._send(socket, item)
        except (ConnectionError, aiohttp.ClientError):
            return self._lost()

    async def _send(
        self, socket: aiohttp.ClientWebSocketResponse, item: bytes | tuple[str, str]
    ) -> None:
        if not isinstance(item, bytes):
            event, value = item
            text = self._writer.mark(value) if event == "mark" else self._writer.dtmf(value)
            await socket.send_str(text)
            return
        self._sent += 1
        message = self._writer.media(item)
        if self._sent == 1:
            self._record("media.in", frames=1)
        at = FAULTY.get(self._sent)
        if at is not None and await self._misbehave(socket, at=at, message=message):
            return
        await socket.send_str(message)
        if self._held is not None:
            held, self._held = self._held, None
            await socket.send_str(held)

    async def _misbehave(
        self, socket: aiohttp.ClientWebSocketResponse, *, at: At, message: str
    ) -> bool:
        """Show the fault armed for this message; true when the message must not be sent as
        usual.
        """
        fault = await strike(self._control, at, route=MEDIA, call=self._call)
        if fault is None:
            return False
        await fault.apply_delay()
        await fault.apply_stall()
        if fault.kind is FaultKind.DROP:
            self._abort(socket)
            raise ConnectionResetError("a fault dropped the media socket")
        if fault.kind is FaultKind.DUPLICATE:
            await socket.send_str(message)
        if fault.kind is FaultKind.REORDER:
            self._held = message
            return True
        return False

    def _abort(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        transport = socket.get_extra_info("transport")
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    async def _stop(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        fault = await strike(self._control, "end", route=MEDIA, call=self._call)
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                if fault is not None and fault.kind is FaultKind.DROP:
                    self._abort(socket)
                    return
                await socket.send_str(self._writer.stop(self._call))
                if fault is not None and fault.kind is FaultKind.DUPLICATE:
                    await socket.send_str(self._writer.stop(self._call))
        except (ConnectionError, aiohttp.ClientError, TimeoutError):
            self._lost()

    async def _close(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT * 2):
                await socket.close()
        except (ConnectionError, aiohttp.ClientError, TimeoutError):
            self._abort(socket)

    def _mark_reached(self, name: str) -> None:
        self._outbox.put_nowait(("mark", name))

    def _key_pressed(self, digit: str) -> None:
        self._outbox.put_nowait(("dtmf", digit))

    def _lost(self) -> StreamResult:
        self._record("media.lost")
        return StreamResult(end=StreamEnd.LOST, code=STREAM_CLOSED, text="connection lost")

    def _record(self, event: str, **fields: object) -> None:
        self._control.record(self._call.sid, event, **fields)
