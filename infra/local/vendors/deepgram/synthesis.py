"""Turning pieces of text into sound: Piper on a few threads, or a tone for load tests."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from infra.local.vendors.deepgram.speak_options import Encoding, SpeakOptions
from infra.local.vendors.engines.audio import (
    Resampler,
    Samples,
    amplitude,
    to_pcm,
    ulaw_encode,
)
from infra.local.vendors.engines.piper import Piper

_TONE_RATE, _TONE_HZ = 24000, 200
_MS_PER_LETTER = 60
Speak = Callable[[str], Iterator[Samples]]


class Synthesiser:
    """Speaks for every socket; `rate` is the engine's own."""

    def __init__(self, *, speak: Speak, rate: int, workers: int) -> None:
        self._speak, self.rate = speak, rate
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="piper")

    async def stream(self, text: str, options: SpeakOptions) -> AsyncGenerator[Samples]:
        """Yield the sound of one piece at the rate asked for, as it is computed.

        A reader that stops early stops the engine at its next chunk.
        """
        chunks: asyncio.Queue[Samples | None] = asyncio.Queue()
        loop, stop = asyncio.get_running_loop(), threading.Event()

        def put(item: Samples | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(chunks.put_nowait, item)

        work = loop.run_in_executor(self._pool, self._run, text, options.rate, stop, put)
        try:
            while isinstance(item := await chunks.get(), np.ndarray):
                yield item
            await work
        finally:
            stop.set()

    def _run(
        self,
        text: str,
        rate: int,
        stop: threading.Event,
        put: Callable[[Samples | None], None],
    ) -> None:
        resampler = Resampler(self.rate, rate)
        try:
            for chunk in self._speak(text):
                if stop.is_set():
                    return
                put(resampler(chunk))
            put(resampler(np.zeros(0, np.float32), last=True))
        finally:
            put(None)


def encode(samples: Samples, encoding: Encoding) -> bytes:
    pcm = to_pcm(samples)
    return ulaw_encode(pcm) if encoding is Encoding.MULAW else pcm.astype("<i2").tobytes()


def local_synthesiser(cache: Path, *, workers: int = 2) -> Synthesiser:
    """Load Piper and speak once, so that the first call finds it warm."""
    piper = Piper(cache)
    for _ in piper.stream("Hello there."):
        pass
    return Synthesiser(speak=piper.stream, rate=piper.rate, workers=workers)


def instant_synthesiser() -> Synthesiser:
    """No model: a tone at -20 dBFS, 60 ms for each letter."""

    def tone(text: str) -> Iterator[Samples]:
        count = len(text) * _MS_PER_LETTER * _TONE_RATE // 1000
        phase = np.arange(count, dtype=np.float32) * (2 * np.pi * _TONE_HZ / _TONE_RATE)
        yield (np.sin(phase) * amplitude(-20.0)).astype(np.float32)

    return Synthesiser(speak=tone, rate=_TONE_RATE, workers=1)
