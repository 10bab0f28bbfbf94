"""The /v1/listen socket: audio and control messages in, transcripts out."""

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import numpy as np
from aiohttp import WSMsgType, web

from infra.local.vendors.deepgram import listen_messages as messages
from infra.local.vendors.deepgram import listen_options
from infra.local.vendors.deepgram.handshake import Client, Refusal, admit, identify
from infra.local.vendors.deepgram.listen_options import Encoding, ListenOptions
from infra.local.vendors.deepgram.outbox import Outbox
from infra.local.vendors.deepgram.recognition import Recogniser, Transcript
from infra.local.vendors.deepgram.segments import RATE
from infra.local.vendors.deepgram.transcriber import Transcriber, Tuning
from infra.local.vendors.engines.audio import Resampler, Samples, to_samples, ulaw_decode
from infra.local.vendors.engines.control import Control

_IDLE_REASON = (
    "Deepgram did not receive audio data or a text message within the timeout window. "
    "See https://dpgr.am/net0001"
)
_GONE = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}
_TYPES = ("CloseStream", "KeepAlive", "Finalize")


@dataclass(slots=True, kw_only=True)
class ListenRoute:
    """GET /v1/listen. `idle_s` is the silence on the wire after which NET-0001 closes."""

    control: Control
    recogniser: Recogniser | None = None  # None while it loads
    tuning: Tuning = field(default_factory=Tuning)
    idle_s: float = 10.0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        client = identify(request)
        try:
            await admit(client, control=self.control, ready=self.recogniser is not None)
            options = listen_options.parse(request.query)
        except Refusal as refusal:
            return refusal.response(client.request_id)
        socket = web.WebSocketResponse(compress=False, timeout=2.0, max_msg_size=1 << 20)
        socket.headers["dg-request-id"] = client.request_id
        await socket.prepare(request)
        await self._serve(socket, client, options)
        return socket

    async def _serve(
        self, socket: web.WebSocketResponse, client: Client, options: ListenOptions
    ) -> None:
        if self.recogniser is None:
            raise RuntimeError("admitted before the engines were loaded")
        outbox = Outbox(socket, client=client, control=self.control)
        running: set[asyncio.Task[Transcript] | asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:

            def spawn(work: Coroutine[object, object, Transcript]) -> asyncio.Task[Transcript]:
                task = tasks.create_task(work)
                running.add(task)
                task.add_done_callback(running.discard)
                return task

            transcriber = Transcriber(
                options=options,
                recogniser=self.recogniser,
                outbox=outbox,
                record=partial(self.control.record, client.call),
                request_id=client.request_id,
                tuning=self.tuning,
                spawn=spawn,
            )
            running.add(tasks.create_task(transcriber.answer()))
            await _Conversation(socket, outbox, transcriber, client, options).run(self.idle_s)
            for task in tuple(running):
                task.cancel()


class _Conversation:
    """What the client says, until it or we hang up."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        outbox: Outbox,
        transcriber: Transcriber,
        client: Client,
        options: ListenOptions,
    ) -> None:
        self._socket, self._outbox, self._transcriber = socket, outbox, transcriber
        self._client, self._ears = client, _Ears(options)
        self._created = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._closing = False

    async def run(self, idle_s: float) -> None:
        while True:
            try:
                message = await self._socket.receive(None if self._closing else idle_s)
            except TimeoutError:
                self._summarise("incomplete")
                self._hang_up(1011, _IDLE_REASON)
                continue
            if message.type is WSMsgType.BINARY and not self._closing:
                self._on_audio(message.data)
            elif message.type is WSMsgType.TEXT and not self._closing:
                await self._on_text(message.data)
            elif message.type in _GONE:
                return

    def _on_audio(self, data: bytes) -> None:
        if not data:  # Deepgram takes an empty message for the end of the stream
            self._close_stream()
            return
        samples = self._ears.hear(data)
        self._transcriber.hear(samples, received=self._ears.received)

    async def _on_text(self, text: str) -> None:
        match _type_of(text):
            case "KeepAlive":
                pass
            case "Finalize":
                self._transcriber.finalize(from_finalize=True)
            case "CloseStream":
                self._close_stream()
            case _:
                self._closing = True
                known = ", ".join(f"`{name}`" for name in _TYPES)
                problem = f"Could not deserialize last text message: expected one of {known}"
                await self._outbox.fail("SchemaError", problem, close_code=1008)

    def _close_stream(self) -> None:
        self._transcriber.finalize(from_finalize=False)
        self._summarise(self._ears.sha256.hexdigest())
        self._hang_up(1000)

    def _summarise(self, sha256: str) -> None:
        self._transcriber.say(
            messages.metadata(
                request_id=self._client.request_id,
                sha256=sha256,
                created=self._created,
                samples=self._ears.received,
            )
        )

    def _hang_up(self, code: int, reason: str = "") -> None:
        self._closing = True
        self._transcriber.hang_up(code, reason)


class _Ears:
    """Wire bytes to samples at 16 kHz."""

    def __init__(self, options: ListenOptions) -> None:
        self._encoding, self._rate = options.encoding, options.rate
        self._resample = Resampler(options.rate, RATE)
        self._odd: bytes = b""  # half a sample, split between messages
        self.received = 0  # samples at 16 kHz, the resampler's look-ahead included
        self.sha256 = hashlib.sha256()

    def hear(self, data: bytes) -> Samples:
        self.sha256.update(data)
        if self._encoding is Encoding.MULAW:
            pcm = ulaw_decode(data)
        else:
            whole = self._odd + data
            even = len(whole) - len(whole) % 2
            self._odd = whole[even:]
            pcm = np.frombuffer(whole[:even], "<i2")
        self.received += len(pcm) * RATE // self._rate
        return self._resample(to_samples(pcm))


def _type_of(text: str) -> str | None:
    try:
        message: object = json.loads(text)
    except json.JSONDecodeError:
        return None
    match message:
        case {"type": str(name)}:
            return name
        case _:
            return None
