"""The /v1/speak socket: text in, audio out."""

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from infra.local.vendors.deepgram import speak_options
from infra.local.vendors.deepgram.handshake import Client, Refusal, admit, identify
from infra.local.vendors.deepgram.outbox import Outbox
from infra.local.vendors.deepgram.speak_options import SpeakOptions
from infra.local.vendors.deepgram.synthesis import Synthesiser
from infra.local.vendors.deepgram.voice import Voice
from infra.local.vendors.engines.control import Control

MOST_CHARACTERS = 2000  # in one Speak message
MOST_FLUSHES, FLUSH_WINDOW_S = 20, 60.0
_MODEL_UUID = "9b3c3f0e-5f0a-4c55-8a5e-2b0f6f4f2d77"  # ours: this is no model of Deepgram's


@dataclass(slots=True, kw_only=True)
class SpeakRoute:
    """GET /v1/speak."""

    control: Control
    synthesiser: Synthesiser | None = None  # None while it loads

    async def handle(self, request: web.Request) -> web.StreamResponse:
        client = identify(request)
        try:
            await admit(client, control=self.control, ready=self.synthesiser is not None)
            options = speak_options.parse(request.query)
        except Refusal as refusal:
            return refusal.response(client.request_id)
        socket = web.WebSocketResponse(compress=False, timeout=2.0, max_msg_size=1 << 18)
        socket.headers["dg-request-id"] = client.request_id
        await socket.prepare(request)
        await self._serve(socket, client, options)
        return socket

    async def _serve(
        self, socket: web.WebSocketResponse, client: Client, options: SpeakOptions
    ) -> None:
        if self.synthesiser is None:
            raise RuntimeError("admitted before the engines were loaded")
        outbox = Outbox(socket, client=client, control=self.control)
        await outbox.send(_metadata(client, options))
        async with asyncio.TaskGroup() as tasks:
            voice = Voice(
                options=options,
                synthesiser=self.synthesiser,
                outbox=outbox,
                control=self.control,
                call=client.call,
                tasks=tasks,
            )
            voice.start()
            await _Conversation(socket, outbox, voice).run()
            await voice.stop()


class _Conversation:
    """What the client says, until it or we hang up."""

    def __init__(self, socket: web.WebSocketResponse, outbox: Outbox, voice: Voice) -> None:
        self._socket, self._outbox, self._voice = socket, outbox, voice
        self._flushes: deque[float] = deque()
        self._closing = False

    async def run(self) -> None:
        async for message in self._socket:
            if self._closing:
                continue
            if message.type is WSMsgType.TEXT:
                await self._on_text(message.data)
            elif message.type is WSMsgType.BINARY:
                await self._fail(1003, "MESSAGE-0000", "The payload must be a text frame.")

    async def _on_text(self, text: str) -> None:
        match _parsed(text):
            case {"type": "Speak", "text": str(words)} if len(words) > MOST_CHARACTERS:
                problem = f"Input text exceeds the maximum of {MOST_CHARACTERS} characters."
                await self._fail(1009, "BIG-0000", problem)
            case {"type": "Speak", "text": str(words)}:
                self._voice.speak(words)
            case {"type": "Flush"}:
                await self._flush()
            case {"type": "Clear"}:
                await self._voice.clear()
            case {"type": "Close"}:
                self._closing = True
                self._voice.finish()
            case _:
                await self._fail(1008, "DATA-0000", "The payload is no known message.")

    async def _flush(self) -> None:
        now = time.monotonic()
        while self._flushes and now - self._flushes[0] >= FLUSH_WINDOW_S:
            self._flushes.popleft()
        if len(self._flushes) >= MOST_FLUSHES:
            await self._outbox.send(
                {
                    "type": "Warning",
                    "code": "EXCESSIVE_FLUSH",
                    "description": "No more Flush messages can be processed within 60 seconds.",
                }
            )
            return
        self._flushes.append(now)
        self._voice.flush()

    async def _fail(self, close_code: int, code: str, problem: str) -> None:
        self._closing = True
        await self._outbox.fail(code, problem, close_code=close_code)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _metadata(client: Client, options: SpeakOptions) -> dict[str, object]:
    return {
        "type": "Metadata",
        "request_id": client.request_id,
        "model_name": options.voice,
        "model_version": "joe",
        "model_uuid": _MODEL_UUID,
    }
