"""From the caller's audio to Deepgram's answers: which decode runs when, and what it sends.

The final decode starts early in the silence and its result is held until the endpoint, so it costs
the caller nothing unless it takes longer than the wait.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Protocol

from infra.local.vendors.deepgram import listen_messages as messages
from infra.local.vendors.deepgram.listen_messages import INTERIM, Finality, Json
from infra.local.vendors.deepgram.listen_options import ListenOptions
from infra.local.vendors.deepgram.outbox import Outbox
from infra.local.vendors.deepgram.recognition import NOTHING, Recogniser, Transcript
from infra.local.vendors.deepgram.segments import RATE, Event, Rules, Segment, Segmenter
from infra.local.vendors.engines.audio import Samples
from infra.local.vendors.engines.control import At

_ENDPOINT = Finality(is_final=True, speech_final=True)
_ARRIVALS = 3000  # a minute of 20 ms messages


class Record(Protocol):
    """The journal, bound to one call."""

    def __call__(self, event: str, **fields: object) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How eagerly the local engine works: silence before the early decode, speech per interim."""

    early_ms: int = 64
    interim_ms: int = 600


class Transcriber:
    """One socket's recognition. Everything it sends leaves in order, through one task."""

    def __init__(
        self,
        *,
        options: ListenOptions,
        recogniser: Recogniser,
        outbox: Outbox,
        record: Record,
        request_id: str,
        tuning: Tuning,
        spawn: Callable[[Coroutine[object, object, Transcript]], asyncio.Task[Transcript]],
    ) -> None:
        self._options, self._recogniser, self._outbox = options, recogniser, outbox
        self._record, self._request_id, self._spawn = record, request_id, spawn
        rules = Rules(
            endpointing_ms=options.endpointing_ms,
            utterance_end_ms=options.utterance_end_ms,
            early_ms=tuning.early_ms,
            interim_ms=tuning.interim_ms,
        )
        self._segmenter = Segmenter(recogniser.new_vad(), rules)
        self._answers: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._arrivals: deque[tuple[int, float]] = deque(maxlen=_ARRIVALS)
        self._received = self._segments = self._spoken = 0
        self._early: tuple[int, asyncio.Task[Transcript]] | None = None
        self._last_word_end: int | None = None

    @property
    def position(self) -> int:
        """Samples at 16 kHz received so far."""
        return self._received

    def hear(self, samples: Samples, *, received: int) -> None:
        """Take the next audio; `received` counts the whole stream's samples at 16 kHz."""
        if not self._arrivals:
            self._record("stt.audio_first")
        self._received = received
        self._arrivals.append((received, time.monotonic()))
        for event in self._segmenter.feed(samples):
            self._on(event)

    def finalize(self, *, from_finalize: bool) -> None:
        """Close the open segment now, without waiting for silence."""
        finality = Finality(is_final=True, from_finalize=from_finalize)
        if self._segmenter.talking:
            self._close_segment(finality)
        elif from_finalize:
            self._answer(self._final(self._segmenter.close(), None, finality))

    def say(self, message: Json) -> None:
        """Send a message of no segment after everything that is due before it."""
        self._answer(lambda: self._outbox.send(message))

    def hang_up(self, code: int, reason: str = "") -> None:
        """Close the socket after everything that is due before."""
        self._answer(lambda: self._outbox.close(code, reason))

    async def answer(self) -> None:
        """Send what is due, in order, until cancelled."""
        while True:
            await (await self._answers.get())()

    def _answer(self, answer: Callable[[], Awaitable[None]]) -> None:
        self._answers.put_nowait(answer)

    def _on(self, event: Event) -> None:
        match event:
            case Event.STARTED:
                self._started()
            case Event.INTERIM_DUE:
                self._look_again()
            case Event.SILENCE:
                self._silent()
            case Event.EARLY:
                self._decode_early()
            case Event.CUT:
                self._close_segment(Finality(is_final=True), still_talking=True)
            case Event.PAUSE:
                self._close_segment(Finality(is_final=True))
            case Event.ENDPOINT:
                self._close_segment(_ENDPOINT)
            case Event.UTTERANCE_END:
                if self._segmenter.talking:
                    self._close_segment(Finality(is_final=True))
                self._answer(self._utterance_end)

    def _started(self) -> None:
        at = self._segmenter.segment().speech_start
        self._record("stt.speech_started", audio_ms=_ms(at))
        if self._options.vad_events:
            self.say(messages.speech_started(at))

    def _silent(self) -> None:
        """Journal the silence and when the end of speech had arrived, for the latency waterfall."""
        end = self._segmenter.segment().speech_end
        self._record("stt.silence", audio_ms=_ms(self._segmenter.position))
        self._record("stt.speech_end", audio_ms=_ms(end), arrived=self._arrived(end))

    def _arrived(self, position: int) -> float | None:
        """When the sample at `position` came in, on the monotonic clock."""
        for received, at in self._arrivals:
            if received >= position:
                return at
        return None

    def _look_again(self) -> None:
        """Decode what has been said so far, if nobody's final has to wait for it."""
        if self._options.interim_results and self._recogniser.has_room:
            self._segmenter.interim_taken()
            segment = self._segmenter.segment()
            self._interim_later(segment, self._spawn(self._decode(segment)))

    def _decode_early(self) -> None:
        segment = self._segmenter.segment()
        self._record("stt.eager", audio_ms=_ms(self._segmenter.position))
        decoding = self._spawn(self._decode(segment))
        self._early = (self._segmenter.speech_end, decoding)
        if self._options.interim_results:
            self._interim_later(segment, decoding, if_silent=True)

    def _interim_later(
        self, segment: Segment, decoding: asyncio.Task[Transcript], *, if_silent: bool = False
    ) -> None:
        """Announce the decode unless the segment closes before, or the silence ends."""
        number, speech_end = self._segments, self._segmenter.speech_end

        async def interim() -> None:
            transcript = decoding.result()
            is_open = number == self._segments and self._segmenter.talking
            is_stale = if_silent and speech_end != self._segmenter.speech_end
            if transcript.text and is_open and not is_stale:
                self._record("stt.interim", text=transcript.text)
                await self._send(segment, transcript, INTERIM)

        def done(task: asyncio.Task[Transcript]) -> None:
            if not task.cancelled() and task.exception() is None:
                self._answer(interim)

        decoding.add_done_callback(done)

    async def _decode(self, segment: Segment) -> Transcript:
        if not segment.has_speech:
            return NOTHING
        transcript = await self._recogniser.transcribe(segment.audio)
        self._record("stt.decoded", text=transcript.text, audio_ms=_ms(segment.end))
        return transcript

    def _close_segment(self, finality: Finality, *, still_talking: bool = False) -> None:
        early, self._early = self._early, None
        current = early is not None and early[0] == self._segmenter.speech_end
        segment = self._segmenter.close(still_talking=still_talking)
        self._segments += 1
        decoding = early[1] if early and current else self._spawn(self._decode(segment))
        self._record("stt.endpoint", ready=decoding.done(), audio_ms=_ms(segment.end))
        self._answer(self._final(segment, decoding, finality))

    def _final(
        self, segment: Segment, decoding: asyncio.Task[Transcript] | None, finality: Finality
    ) -> Callable[[], Awaitable[None]]:
        async def final() -> None:
            transcript = await decoding if decoding else NOTHING
            if transcript.text:
                self._last_word_end = segment.speech_end
            self._record("stt.final", text=transcript.text, speech_final=finality.speech_final)
            await self._send(segment, transcript, finality)

        return final

    async def _utterance_end(self) -> None:
        last_word_end, self._last_word_end = self._last_word_end, None
        if last_word_end is not None:
            await self._outbox.send(messages.utterance_end(last_word_end))

    async def _send(self, segment: Segment, transcript: Transcript, finality: Finality) -> None:
        results = messages.results(
            segment,
            transcript,
            finality=finality,
            punctuate=self._options.punctuate,
            request_id=self._request_id,
        )
        places: list[At] = ["middle" if self._spoken else "first"]
        self._spoken += 1
        await self._outbox.send(results, at=[*places, "end"] if finality.is_final else places)


def _ms(position: int) -> int:
    return position * 1000 // RATE
