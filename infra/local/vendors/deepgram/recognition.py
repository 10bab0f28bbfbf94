"""Turning segments into text: Whisper on a few threads, or a fixed answer for load tests."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from infra.local.vendors.deepgram.segments import Vad
from infra.local.vendors.engines import silero
from infra.local.vendors.engines.audio import Samples, amplitude
from infra.local.vendors.engines.whisper import NOTHING, Transcript, Whisper

INSTANT_TRANSCRIPT = Transcript(text="What time do you close on Saturday?", confidence=0.98)
_INSTANT_LEVEL = amplitude(-45.0)


class Recogniser:
    """Decodes for every socket; interims give way to finals."""

    def __init__(
        self,
        *,
        decode: Callable[[Samples], Transcript],
        new_vad: Callable[[], Vad],
        workers: int,
    ) -> None:
        self._decode, self.new_vad = decode, new_vad
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="whisper")
        self._workers, self._running = workers, 0

    @property
    def has_room(self) -> bool:
        """Whether an interim may start without making a final wait."""
        return self._running < self._workers - 1

    async def transcribe(self, samples: Samples) -> Transcript:
        self._running += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._decode, samples)
        finally:
            self._running -= 1


def local_recogniser(*, workers: int = 2) -> Recogniser:
    """Load silero and Whisper and decode once, so that the first call finds them warm."""
    model, whisper = silero.load_model(), Whisper(workers=workers)
    silero.Silero(model)(np.zeros(silero.WINDOW, np.float32))
    whisper(np.zeros(silero.RATE, np.float32))
    return Recogniser(decode=whisper, new_vad=lambda: silero.Silero(model), workers=workers)


def instant_recogniser() -> Recogniser:
    """No models: anything loud is speech, and every segment says the same."""

    def loud(window: Samples) -> float:
        return float(np.abs(window).mean() > _INSTANT_LEVEL)

    return Recogniser(decode=lambda _: INSTANT_TRANSCRIPT, new_vad=lambda: loud, workers=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as written, with its place in the stream in seconds."""

    written: str
    start: float
    end: float


def place_words(text: str, *, start: float, end: float) -> list[Word]:
    """Spread the words over the speech by their length: Whisper tells no times when it is quick."""
    words = text.split()
    per_letter = (end - start) / max(1, sum(len(word) for word in words))
    placed: list[Word] = []
    for word in words:
        stop = start + len(word) * per_letter
        placed.append(Word(written=word, start=start, end=stop))
        start = stop
    return placed


__all__ = ["NOTHING", "Recogniser", "Transcript", "Word", "instant_recogniser", "local_recogniser"]
