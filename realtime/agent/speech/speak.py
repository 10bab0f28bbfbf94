"""Deepgram Aura as a livekit TTS: one warm socket a call, one flush a reply, one retry.

Protocol: developers.deepgram.com/docs (text-to-speech over WebSocket: Speak, Flush, Flushed).
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from deepgram import AsyncDeepgramClient
from deepgram.speak.v1.socket_client import AsyncV1SocketClient
from deepgram.speak.v1.types import SpeakV1Text
from livekit.agents import APIConnectionError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from aiconnected.kit.ids import new_id
from realtime.agent.speech.failures import VendorFailure, as_failure
from realtime.agent.speech.script import Script
from realtime.agent.speech.sockets import VendorSocket, open_socket

RATE = 8000
_GAP = 1.0  # seconds without audio in mid-answer: twice that is less than a caller's three
_FRAME_MS = 100  # what audio is handed on in; livekit begins with 20 and never waits for the rest
_LONGEST = 1900  # characters in one Speak message; the vendor takes 2,000

Connection = VendorSocket[AsyncV1SocketClient]


class SpeechListener(Protocol):
    """Who wants to know what the synthesiser does; called inline."""

    def on_characters(self, count: int) -> None: ...
    def on_clause(self, at: float) -> None: ...
    def on_audio(self, at: float) -> None: ...
    def on_failure(self, failure: VendorFailure, *, attempt: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakOptions:
    """What to ask of the vendor; `tag` names the call in its journal and bill."""

    model: str
    rate: float  # of speaking: 1.0 is the voice's own
    tag: str
    connect_timeout: float
    attempt_timeout: float


class DeepgramTTS(tts.TTS[str]):
    """One per call: keeps one socket open, opens the next as soon as one has been spoilt."""

    def __init__(
        self, client: AsyncDeepgramClient, options: SpeakOptions, *, listener: SpeechListener
    ) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True), sample_rate=RATE, num_channels=1
        )
        self._client, self.options, self.listener = client, options, listener
        self._spare: asyncio.Task[Connection] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def model(self) -> str:
        return self.options.model

    @property
    def provider(self) -> str:
        return "deepgram"

    def prewarm(self) -> None:
        """Open a socket in the background unless one is there."""
        if self._spare is None:
            self._spare = asyncio.create_task(self._open(), name="tts-open")

    async def _open(self) -> Connection:
        speed = self.options.rate
        connecting = self._client.speak.v1.connect(
            model=self.options.model,
            encoding="linear16",
            sample_rate=str(RATE),
            speed=speed if speed != 1.0 else None,
            request_options={"additional_query_parameters": {"tag": self.options.tag}},
        )
        return await open_socket(connecting, timeout=self.options.connect_timeout)

    async def acquire(self) -> Connection:
        """The warm socket, or a new one; raises `VendorFailure`."""
        self.prewarm()
        opening, self._spare = self._spare, None
        if opening is None:
            raise VendorFailure("unreachable")
        fresh = not opening.done()
        try:
            connection = await opening
        except VendorFailure:
            if fresh:
                raise
            return await self._open()  # the warm one had failed long ago
        if connection.usable:
            return connection
        self.discard(connection)
        return await self._open()

    def release(self, connection: Connection) -> None:
        """Take back a socket that has nothing more to say."""
        if self._spare is not None:
            self.discard(connection)
            return
        self._spare = asyncio.create_task(_ready(connection), name="tts-ready")

    def discard(self, connection: Connection) -> None:
        """Drop a socket that still speaks, and open the next."""
        task = asyncio.create_task(connection.aclose_quietly(), name="tts-close")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return self._synthesize_with_stream(text, conn_options=conn_options)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> "Synthesis":
        return Synthesis(self, conn_options)

    async def aclose(self) -> None:
        """Close every socket."""
        spare, self._spare = self._spare, None
        if spare is not None:
            if not spare.done():
                spare.cancel()
            done = await asyncio.gather(spare, return_exceptions=True)
            if isinstance(done[0], VendorSocket):
                self.discard(done[0])
        await asyncio.gather(*self._closing, return_exceptions=True)


class Synthesis(tts.SynthesizeStream):
    """One reply, tried twice; the second time what has been spoken already is skipped."""

    def __init__(self, owner: DeepgramTTS, conn_options: APIConnectOptions) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] -- livekit's is untyped
            tts=owner, conn_options=conn_options
        )
        self._owner, self._listener = owner, owner.listener
        self._script = Script()
        self._spoke = False
        self._pushed = 0  # bytes of audio handed on
        self._skip = 0  # bytes of the second attempt's audio that were handed on by the first
        self._last_message = 0.0

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        segment = str(new_id())
        output_emitter.initialize(
            request_id=segment,
            sample_rate=RATE,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
            frame_size_ms=_FRAME_MS,
        )
        output_emitter.start_segment(segment_id=segment)
        collecting = asyncio.create_task(self._collect(), name="tts-collect")
        try:
            await self._attempts(output_emitter)
            output_emitter.end_segment()
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)

    async def _attempts(self, emitter: tts.AudioEmitter) -> None:
        for attempt in (1, 2):
            try:
                await self._attempt(emitter)
            except VendorFailure as exc:
                last = attempt == 2 or not exc.retryable  # noqa: PLR2004 -- two tries
                self._listener.on_failure(exc, attempt=0 if last else attempt)
                if last:
                    raise APIConnectionError(exc.code, retryable=False) from exc
                self._skip = self._pushed
            else:
                return

    async def _collect(self) -> None:
        async for token in self._input_ch:
            if isinstance(token, str):
                already = self._script.speakable.is_set()
                self._script.add(token)
                if not already and self._script.speakable.is_set():
                    self._listener.on_clause(time.monotonic())
        if not self._script.speakable.is_set():
            self._listener.on_clause(time.monotonic())
        self._script.end()

    async def _attempt(self, emitter: tts.AudioEmitter) -> None:
        connection = await self._owner.acquire()
        clean = False
        sending = asyncio.create_task(self._send(connection.socket), name="tts-send")
        try:
            with as_failure():
                await self._receive(connection.socket, emitter)
            clean = True
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            if clean:
                self._owner.release(connection)
            else:
                self._owner.discard(connection)
                self._owner.prewarm()

    async def _send(self, socket: AsyncV1SocketClient) -> None:
        async for token in self._script.read():
            self._mark_started()
            for at in range(0, len(token), _LONGEST):
                await socket.send_text(SpeakV1Text(type="Speak", text=token[at : at + _LONGEST]))
            self._listener.on_characters(len(token))
        await socket.send_flush()

    async def _receive(self, socket: AsyncV1SocketClient, emitter: tts.AudioEmitter) -> None:
        self._last_message = time.monotonic()
        reading = asyncio.create_task(self._read(socket, emitter), name="tts-read")
        watching = asyncio.create_task(self._watch(), name="tts-watch")
        try:
            await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            (reading if reading.done() else watching).result()
        finally:
            reading.cancel()
            watching.cancel()
            await asyncio.gather(reading, watching, return_exceptions=True)

    async def _read(self, socket: AsyncV1SocketClient, emitter: tts.AudioEmitter) -> None:
        async for message in socket:
            self._last_message = time.monotonic()
            if isinstance(message, bytes):
                if not self._spoke:
                    self._spoke = True
                    self._listener.on_audio(self._last_message)
                self._hand_on(message, emitter)
            elif getattr(message, "type", None) == "Flushed":  # unknown types arrive as None
                return
        raise VendorFailure("closed_1000")

    def _hand_on(self, audio: bytes, emitter: tts.AudioEmitter) -> None:
        skipped = min(self._skip, len(audio))
        self._skip -= skipped
        if len(audio) > skipped:
            self._pushed += len(audio) - skipped
            emitter.push(audio[skipped:])

    async def _watch(self) -> None:
        """Raise when audio is owed and none comes."""
        await self._script.speakable.wait()
        self._last_message = max(self._last_message, time.monotonic())
        while True:
            owed = not self._spoke or self._script.complete
            patience = _GAP if self._pushed else self._owner.options.attempt_timeout
            left = self._last_message + patience - time.monotonic()
            if owed and left <= 0:
                raise VendorFailure("timeout")
            await asyncio.sleep(max(left, 0.05))


async def _ready(connection: Connection) -> Connection:
    return connection
