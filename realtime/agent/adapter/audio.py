"""A carrier leg as livekit's audio input and output (contract: facts/livekit-agents.md §1)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import numpy as np
from livekit import rtc
from livekit.agents.utils import aio
from livekit.agents.voice import io

from realtime.agent.adapter.inner import current_speech
from realtime.agent.lines import RATE, Line
from realtime.agent.mouth import Mouth, Played
from realtime.agent.speech.heard import ARRIVED, AT_MS, WIRE
from realtime.audio import decode, resample, ulaw_decode
from realtime.ports import Encoding, Frame

_PIECE = RATE // 10  # samples of a cached line handed on at once


async def frames_of(line: Line) -> AsyncIterator[rtc.AudioFrame]:
    """A cached line as livekit audio."""
    pcm = ulaw_decode(line.mulaw)
    for at in range(0, len(pcm), _PIECE):
        piece = pcm[at : at + _PIECE]
        yield rtc.AudioFrame(piece.tobytes(), RATE, 1, len(piece))


class LegInput(io.AudioInput):
    """The caller's frames at 8 kHz; the carrier's own bytes travel along untouched."""

    def __init__(self) -> None:
        super().__init__(label="leg")
        self._frames = aio.Chan[rtc.AudioFrame]()
        self._attached = True

    def push(self, frame: Frame, *, arrived: float) -> None:
        """Take a frame; `arrived` is monotonic."""
        if not self._attached or self._frames.closed:
            return
        known: dict[str, object] = {ARRIVED: arrived, AT_MS: frame.at_ms}
        if frame.encoding is Encoding.MULAW and frame.rate == RATE:
            pcm = ulaw_decode(frame.data)
            known[WIRE] = frame.data
        else:
            pcm = resample(decode(frame.data, frame.encoding), source=frame.rate, target=RATE)
        self._frames.send_nowait(rtc.AudioFrame(pcm.tobytes(), RATE, 1, len(pcm), userdata=known))

    def close(self) -> None:
        """No frame follows."""
        self._frames.close()

    def on_attached(self) -> None:
        self._attached = True

    def on_detached(self) -> None:
        self._attached = False

    async def __anext__(self) -> rtc.AudioFrame:
        return await self._frames.__anext__()


class LegOutput(io.AudioOutput):
    """The session's voice. Each captured segment ends in exactly one `on_playback_finished`."""

    def __init__(self, mouth: Mouth, *, began: Callable[[str], None]) -> None:
        """`began` is told the id of the speech whose first audio was handed to the leg."""
        super().__init__(
            label="leg", capabilities=io.AudioOutputCapabilities(pause=True), sample_rate=RATE
        )
        self._mouth, self._began = mouth, began
        self._segment: str | None = None  # the one being captured
        self._cut = False  # it ended before its capture did: the rest is dropped
        self._open: set[str] = set()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        pcm = np.frombuffer(frame.data, np.int16)
        if self._segment is None and not self._cut:
            await self._start(pcm)
        elif self._segment is not None:
            await self._mouth.play(self._segment, pcm)

    async def _start(self, pcm: np.ndarray) -> None:
        segment = self._segment = self._mouth.begin()
        self._open.add(segment)
        self._mouth.played(segment).add_done_callback(
            lambda played: self._on_played(segment, played)
        )
        await self._mouth.play(segment, pcm)
        if segment in self._open:
            self.on_playback_started(created_at=time.time())
            if (speech := current_speech()) is not None:
                self._began(speech.id)

    def _on_played(self, segment: str, played: asyncio.Future[Played]) -> None:
        self._open.discard(segment)
        if self._segment == segment:
            self._segment, self._cut = None, True
        if played.cancelled():
            return
        result = played.result()
        self.on_playback_finished(
            playback_position=result.heard_ms / 1000, interrupted=result.interrupted
        )

    def flush(self) -> None:
        super().flush()
        self._cut = False
        if self._segment is not None:
            self._mouth.end(self._segment)
            self._segment = None

    def clear_buffer(self) -> None:
        if self._open:
            self._mouth.clear()

    def pause(self) -> None:
        super().pause()
        self._mouth.pause()

    def resume(self) -> None:
        super().resume()
        self._mouth.unpause()
