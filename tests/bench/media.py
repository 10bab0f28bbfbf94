"""The media leg's added latency: an echo through `TwilioLeg` against a bare WebSocket's echo."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from realtime.bridge import twilio_protocol as protocol
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio import TwilioLeg
from realtime.bridge.twilio_rest import TwilioCall
from realtime.ports import CallLeg
from tests.bench.quantiles import p50

_FRAME, _PERIOD = 160, 0.020  # bytes and seconds
_WARM_UP = 25  # frames that do not count
_CALL, _STREAM = "CA" + "0" * 32, "MZ" + "0" * 32


@dataclass(slots=True)
class Passage:
    """When each frame, by its number, passed where: CLOCK_MONOTONIC seconds."""

    sent: dict[int, float] = field(default_factory=dict)
    entered: dict[int, float] = field(default_factory=dict)  # our side has it
    left: dict[int, float] = field(default_factory=dict)  # our side gives it back
    received: dict[int, float] = field(default_factory=dict)

    @property
    def inward_ms(self) -> list[float]:
        """From the caller to our side."""
        return _between(self.sent, self.entered)

    @property
    def outward_ms(self) -> list[float]:
        """From our side to the caller."""
        return _between(self.left, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What the leg adds to a bare socket, medians in ms; None when nothing came back."""

    inward: float | None
    outward: float | None
    samples: int


async def measure(frames: int) -> Added:
    """Send so many frames in real time through each, one after the other."""
    bare, leg = Passage(), Passage()
    async with _server(bare, leg) as origin, aiohttp.ClientSession(origin) as http:
        for path, passage in (("/bare", bare), ("/leg", leg)):
            async with http.ws_connect(path, compress=0) as socket:
                await _talk(socket, passage, frames=frames + _WARM_UP)
    return Added(
        inward=_difference(leg.inward_ms, bare.inward_ms),
        outward=_difference(leg.outward_ms, bare.outward_ms),
        samples=len(leg.outward_ms),
    )


@asynccontextmanager
async def _server(bare: Passage, leg: Passage) -> AsyncGenerator[str]:
    """Both echoes; yields their origin."""
    ticker = Ticker()

    async def serve_bare(request: web.Request) -> web.WebSocketResponse:
        socket = await _accepted(request)
        async for message in socket:
            now = time.monotonic()
            if (number := _number(message.data)) is not None:
                bare.entered[number], bare.left[number] = now, time.monotonic()
                await socket.send_str(message.data)
        return socket

    async def serve_leg(request: web.Request) -> web.WebSocketResponse:
        socket = await _accepted(request)
        while not isinstance(protocol.parse((await socket.receive()).data), protocol.Start):
            pass
        carried = _leg(socket, request, ticker=ticker)
        echoing = asyncio.create_task(_echo(carried, leg))
        await carried.run()
        await echoing
        return socket

    app = web.Application()
    app.add_routes([web.get("/bare", serve_bare), web.get("/leg", serve_leg)])
    ticking = asyncio.create_task(ticker.run())
    try:
        async with TestServer(app, host="127.0.0.1") as server:
            yield str(server.make_url("/"))
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)


async def _accepted(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    return socket


def _leg(socket: web.WebSocketResponse, request: web.Request, *, ticker: Ticker) -> TwilioLeg:
    call = TwilioCall(
        call_id=new_id(),
        call_sid=_CALL,
        stream_sid=_STREAM,
        own_number="",
        after_url="",
        calls=_NoCarrier(),
    )
    transport = request.transport
    return TwilioLeg(
        socket,
        call,
        ticker=ticker,
        transport=transport if isinstance(transport, asyncio.Transport) else None,
        clock=time.monotonic,
    )


class _NoCarrier:
    """Call control where there is nobody to control a call."""

    async def dial(self, call_sid: str, *, target: str, caller_id: str, after_url: str) -> None:
        raise ProviderError("no carrier", provider="none", retryable=False)

    async def complete(self, call_sid: str) -> None:
        raise ProviderError("no carrier", provider="none", retryable=False)


async def _echo(leg: CallLeg, passage: Passage) -> None:
    """The conversation: every frame back as it comes."""
    async for frame in leg.frames():
        number = _number_of(frame.data)
        passage.entered[number] = passage.left[number] = time.monotonic()
        await leg.play(frame, segment="echo")


async def _talk(socket: aiohttp.ClientWebSocketResponse, passage: Passage, *, frames: int) -> None:
    """The carrier's end: a stream of numbered frames in real time, and what comes back."""

    async def listen() -> None:
        async for message in socket:
            now = time.monotonic()
            if (number := _number(message.data)) is not None:
                passage.received[number] = now

    await socket.send_str(_start())
    listening = asyncio.create_task(listen())
    due = time.monotonic()
    for number in range(frames):
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        text = _media(number)
        passage.sent[number] = time.monotonic()
        await socket.send_str(text)
        due += _PERIOD
    await asyncio.sleep(10 * _PERIOD)
    await socket.close()
    await listening


def _start() -> str:
    form = {"encoding": protocol.ENCODING, "sampleRate": protocol.RATE, "channels": 1}
    start = {"streamSid": _STREAM, "callSid": _CALL, "accountSid": "", "mediaFormat": form}
    return json.dumps({"event": "start", "streamSid": _STREAM, "start": start})


def _media(number: int) -> str:
    payload = base64.b64encode(number.to_bytes(4).ljust(_FRAME, b"\xff")).decode()
    media = {"track": "inbound", "timestamp": str(20 * number), "payload": payload}
    return json.dumps({"event": "media", "streamSid": _STREAM, "media": media})


def _number(text: str) -> int | None:
    """The number of the frame in a media message; None of any other message."""
    message = json.loads(text)
    if message["event"] != "media":
        return None
    return _number_of(base64.b64decode(message["media"]["payload"]))


def _number_of(frame: bytes) -> int:
    return int.from_bytes(frame[:4])


def _between(begin: dict[int, float], end: dict[int, float]) -> list[float]:
    return [
        (end[number] - at) * 1000
        for number, at in begin.items()
        if number in end and number >= _WARM_UP
    ]


def _difference(ours: Sequence[float], bare: Sequence[float]) -> float | None:
    with_leg, without = p50(ours), p50(bare)
    return None if with_leg is None or without is None else with_leg - without
