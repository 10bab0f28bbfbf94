"""One socket's speech: pieces of text spoken in turn, stopped at once by Clear."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

import numpy as np

from infra.local.vendors.deepgram.clauses import Clauses
from infra.local.vendors.deepgram.outbox import Outbox
from infra.local.vendors.deepgram.speak_options import SpeakOptions
from infra.local.vendors.deepgram.synthesis import Synthesiser, encode
from infra.local.vendors.engines.audio import Samples, amplitude
from infra.local.vendors.engines.control import At, Control

_AUDIBLE = amplitude(-45.0)  # RMS over 10 ms
_BLOCKS = 100  # a second


@dataclass(slots=True)
class _Utterance:
    """What has been sent since the last Flushed or Cleared."""

    samples: int = 0
    chunks: int = 0
    audible: bool = False
    quiet: int = 0  # samples in whole blocks before it is audible
    rest: Samples = field(default_factory=lambda: np.zeros(0, np.float32))  # of a block


class _Flush:
    """In the queue: everything before is to be spoken, then confirmed."""


class _Close:
    """In the queue: hang up when everything before is spoken."""


class Voice:
    """Sends the audio of one socket; everything in order, through one task."""

    def __init__(
        self,
        *,
        options: SpeakOptions,
        synthesiser: Synthesiser,
        outbox: Outbox,
        control: Control,
        call: str,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._options, self._synthesiser, self._outbox = options, synthesiser, outbox
        self._control, self._call, self._tasks = control, call, tasks
        self._clauses, self._utterance = Clauses(), _Utterance()
        self._due: asyncio.Queue[str | _Flush | _Close] = asyncio.Queue()
        self._sequence, self._has_text = 0, False
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._working = self._tasks.create_task(self._work())

    async def stop(self) -> None:
        """Stop at once, in the middle of a chunk if need be."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])

    def speak(self, text: str) -> None:
        if not self._has_text:
            self._has_text = True
            self._control.record(self._call, "tts.text_first")
        for piece in self._clauses.add(text):
            self._due.put_nowait(piece)

    def flush(self) -> None:
        self._speak_rest()
        self._due.put_nowait(_Flush())

    def finish(self) -> None:
        """Speak what is left, then close."""
        self._speak_rest()
        self._due.put_nowait(_Close())

    async def clear(self) -> None:
        """Forget all text and audio not yet sent."""
        await self.stop()
        self._clauses.clear()
        self._due, self._utterance, self._has_text = asyncio.Queue(), _Utterance(), False
        self._control.record(self._call, "tts.cleared")
        await self._outbox.send({"type": "Cleared", "sequence_id": self._sequence})
        self.start()

    def _speak_rest(self) -> None:
        if rest := self._clauses.flush():
            self._due.put_nowait(rest)
        self._has_text = False

    async def _work(self) -> None:
        while True:
            match await self._due.get():
                case str(piece):
                    await self._say(piece)
                case _Flush():
                    await self._flushed()
                case _Close():
                    await self._outbox.close(1000)

    async def _say(self, piece: str) -> None:
        self._control.record(self._call, "tts.start", text=piece)
        async with aclosing(self._synthesiser.stream(piece, self._options)) as chunks:
            async for samples in chunks:
                if len(samples):
                    await self._send(samples)

    async def _send(self, samples: Samples) -> None:
        utterance = self._utterance
        self._listen_for_onset(samples)
        data = encode(samples, self._options.encoding)
        place: At = "middle" if utterance.chunks else "first"
        if not utterance.chunks:
            self._control.record(self._call, "tts.first_audio", bytes=len(data))
        utterance.samples += len(samples)
        utterance.chunks += 1
        await self._outbox.send(data, at=[place])

    def _listen_for_onset(self, samples: Samples) -> None:
        """Journal the block in which the utterance becomes audible: Piper begins quietly."""
        utterance, block = self._utterance, self._options.rate // _BLOCKS
        if utterance.audible:
            return
        heard = np.concatenate([utterance.rest, samples])
        whole = len(heard) // block * block
        levels = np.sqrt(np.mean(heard[:whole].reshape(-1, block) ** 2, axis=1))
        if len(loud := np.flatnonzero(levels >= _AUDIBLE)):
            utterance.audible = True
            onset = utterance.quiet + int(loud[0]) * block
            self._control.record(self._call, "tts.onset", onset_ms=self._ms(onset))
        utterance.quiet, utterance.rest = utterance.quiet + whole, heard[whole:]

    async def _flushed(self) -> None:
        utterance, self._utterance = self._utterance, _Utterance()
        self._control.record(self._call, "tts.flushed", audio_ms=self._ms(utterance.samples))
        sequence, self._sequence = self._sequence, self._sequence + 1
        await self._outbox.send({"type": "Flushed", "sequence_id": sequence}, at=["end"])

    def _ms(self, samples: int) -> float:
        return round(samples * 1000 / self._options.rate, 1)
