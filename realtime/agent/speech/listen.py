"""Deepgram live transcription as a livekit STT: the leg's own mu-law, preflight, replay.

Protocol: developers.deepgram.com/docs (live streaming, interim results, endpointing, keep-alive).
"""

import asyncio
import time
from typing import NoReturn

import numpy as np
from deepgram import AsyncDeepgramClient
from deepgram.listen.v1.socket_client import AsyncV1SocketClient
from deepgram.listen.v1.types import ListenV1Results, ListenV1UtteranceEnd
from livekit import rtc
from livekit.agents import LanguageCode, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import AudioBuffer

from realtime.agent.speech.audio_log import RATE, AudioLog, Chunk
from realtime.agent.speech.failures import VendorFailure, as_failure
from realtime.agent.speech.heard import ARRIVED, AT_MS, WIRE, Heard, Listener, ListenOptions
from realtime.agent.speech.sockets import open_socket
from realtime.audio import ulaw_encode

PROVIDER = "deepgram"
_KEEP_ALIVE = 4.0  # seconds without audio; the vendor closes after ten
_PREFLIGHT = 0.05  # seconds of audio after the last word that make an interim worth answering
_PAUSES = (0.0, 0.1, 0.3, 0.6, 1.0, 2.0)  # seconds before the nth attempt to connect again
_REPLAY_QUIET = 2 * RATE  # bytes sent again when nothing had been recognised since the last final
_UTTERANCE_END_MS = 1000  # the vendor's second opinion on the end, when noise hides the silence


class DeepgramSTT(stt.STT[str]):
    """One per call."""

    def __init__(
        self, client: AsyncDeepgramClient, options: ListenOptions, *, listener: Listener
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, offline_recognize=False
            )
        )
        self.client, self.options, self.listener = client, options, listener
        self._stream: Recognition | None = None

    @property
    def model(self) -> str:
        return self.options.model

    @property
    def provider(self) -> str:
        return PROVIDER

    @property
    def last_message(self) -> float:
        """Monotonic time of the recogniser's last sign of life; 0 before the first."""
        return self._stream.last_message if self._stream else 0.0

    def reconnect(self) -> None:
        """Leave a socket that has gone silent and send the unsettled audio to a new one."""
        if self._stream is not None:
            self._stream.reconnect()

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> NoReturn:
        raise NotImplementedError("live audio only")

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,  # noqa: ARG002 -- livekit's signature
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> "Recognition":
        self._stream = Recognition(self, conn_options)
        return self._stream


class Recognition(stt.RecognizeStream):
    """The call's audio going out over one socket after another; it ends with the input only."""

    def __init__(self, owner: DeepgramSTT, conn_options: APIConnectOptions) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] -- livekit's is untyped
            stt=owner, conn_options=conn_options
        )
        self._owner, self._listener = owner, owner.listener
        self._log = AudioLog()
        self._more = asyncio.Event()
        self._ended = False
        self._settled = 0  # byte up to which finals cover the audio
        self._recognised = False  # something unsettled has been recognised
        self._talking = False
        self._suspect = asyncio.Event()
        self._origin = 0  # byte with which the present socket began
        self.last_message = 0.0

    def reconnect(self) -> None:
        """See `DeepgramSTT.reconnect`."""
        self._recognised = True  # a local detector heard speech: send all of it again
        self._suspect.set()

    async def _run(self) -> None:
        collecting = asyncio.create_task(self._collect(), name="stt-collect")
        attempt = 0
        try:
            while not self._ended:
                began = time.monotonic()
                try:
                    await self._over_one_socket()
                except VendorFailure as exc:
                    # A socket that has served for a while was no failed attempt.
                    attempt = 0 if time.monotonic() - began > self._connect_timeout else attempt + 1
                    self._listener.on_failure(exc, attempt=attempt)
                    await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)

    @property
    def _connect_timeout(self) -> float:
        return self._owner.options.connect_timeout

    async def _collect(self) -> None:
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame) or ARRIVED not in frame.userdata:
                continue  # a flush, or livekit's silence for one: the vendor finds the end itself
            known = frame.userdata
            data = known.get(WIRE) or ulaw_encode(np.frombuffer(frame.data, np.int16))
            self._log.append(data, arrived=known[ARRIVED], at_ms=known.get(AT_MS, 0))
            self._more.set()
        self._ended = True
        self._more.set()

    async def _over_one_socket(self) -> None:
        options = self._owner.options
        connecting = self._owner.client.listen.v1.connect(
            model=options.model,
            language=options.language,
            encoding="mulaw",
            sample_rate=str(RATE),
            channels="1",
            interim_results="true",
            endpointing=str(options.endpointing_ms),
            utterance_end_ms=str(_UTTERANCE_END_MS),
            smart_format="true",
            tag=options.tag,
        )
        connection = await open_socket(connecting, timeout=self._connect_timeout)
        self._suspect.clear()
        try:
            await self._converse(connection.socket)
        finally:
            await connection.aclose_quietly()

    async def _converse(self, socket: AsyncV1SocketClient) -> None:
        tasks: list[asyncio.Task[object]] = [
            asyncio.create_task(self._send(socket), name="stt-send"),
            asyncio.create_task(self._receive(socket), name="stt-receive"),
            asyncio.create_task(self._suspect.wait(), name="stt-suspect"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            with as_failure():
                for task in done:
                    task.result()
            if tasks[2] in done:
                raise VendorFailure("stalled")
            if not self._ended:  # a polite close in mid-call ends the loop without an error
                raise VendorFailure("closed_1000")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, socket: AsyncV1SocketClient) -> None:
        keep = self._settled if self._recognised else self._log.end - _REPLAY_QUIET
        chunks = self._log.since(max(self._settled, keep))
        position = self._origin = chunks[0].start if chunks else self._log.end
        while True:
            for chunk in chunks:
                await socket.send_media(chunk.data)
                position = chunk.end
                self._listener.on_audio(len(chunk.data) / RATE)
            if self._ended:
                await socket.send_close_stream()
                return
            self._more.clear()
            try:
                async with asyncio.timeout(_KEEP_ALIVE):
                    await self._more.wait()
            except TimeoutError:  # held or detached: no audio comes
                await socket.send_keep_alive()
            chunks = self._log.since(position)

    async def _receive(self, socket: AsyncV1SocketClient) -> None:
        async for message in socket:
            self.last_message = time.monotonic()
            match message:  # the SDK turns a type it does not know into None
                case ListenV1Results():
                    self._on_results(message)
                case ListenV1UtteranceEnd():
                    self._end_of_speech([])
                case _:
                    continue

    def _on_results(self, message: ListenV1Results) -> None:
        best = message.channel.alternatives[0]
        end = best.words[-1].end if best.words else 0.0
        final = bool(message.is_final)
        alternatives: list[stt.SpeechData] = []
        if best.transcript:
            first = self._chunk(best.words[0].start if best.words else message.start)
            last = self._chunk(end or message.start + message.duration)
            alternatives = [self._speech_data(best.transcript, best.confidence, last=last)]
            self._announce(message, end=end, final=final, data=alternatives)
            self._listener.on_words(
                Heard(
                    text=best.transcript,
                    final=final,
                    confidence=best.confidence,
                    began=first.arrived,
                    began_ms=first.at_ms,
                    ended=last.arrived,
                    received=self.last_message,
                )
            )
        if final:
            self._settle(message.start + message.duration)
        if message.speech_final or (final and not alternatives):  # what was heard proved nothing
            self._end_of_speech(alternatives)

    def _speech_data(self, text: str, confidence: float, *, last: Chunk) -> stt.SpeechData:
        # livekit counts seconds of wall time from the input's start; ours counts monotonic ones.
        ago = time.monotonic() - last.arrived
        end = max(0.001, time.time() - ago - self.start_time + self.start_time_offset)
        return stt.SpeechData(
            language=LanguageCode(self._owner.options.language),
            text=text,
            confidence=confidence,
            end_time=end,
        )

    def _announce(
        self, message: ListenV1Results, *, end: float, final: bool, data: list[stt.SpeechData]
    ) -> None:
        kind = stt.SpeechEventType.INTERIM_TRANSCRIPT
        if final:
            kind = stt.SpeechEventType.FINAL_TRANSCRIPT
        elif end and message.start + message.duration - end >= _PREFLIGHT:
            kind = stt.SpeechEventType.PREFLIGHT_TRANSCRIPT
        if not self._talking:
            self._talking = True
            self._emit(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
        self._recognised = True
        self._emit(stt.SpeechEvent(kind, alternatives=data))

    def _end_of_speech(self, alternatives: list[stt.SpeechData]) -> None:
        if self._talking:
            self._talking = False
            self._emit(
                stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH, alternatives=alternatives)
            )

    def _settle(self, seconds: float) -> None:
        self._settled = self._origin + int(seconds * RATE)
        self._recognised = False
        self._log.forget(min(self._settled, self._log.end - _REPLAY_QUIET))

    def _chunk(self, seconds: float) -> Chunk:
        """The frame that holds the last sample before `seconds` of the present socket's audio."""
        position = self._origin + max(0, int(seconds * RATE) - 1)
        return self._log.at(position) or Chunk(position, b"", time.monotonic(), 0)

    def _emit(self, event: stt.SpeechEvent) -> None:
        if not self._event_ch.closed:
            self._event_ch.send_nowait(event)
