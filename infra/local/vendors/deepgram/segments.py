"""When the caller speaks and falls silent: the state machine between voice activity and decoding.

Positions are samples at 16 kHz since the start of the stream.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

import numpy as np

from infra.local.vendors.engines.audio import Samples, amplitude

RATE = 16000
WINDOW = 512  # 32 ms
Vad: TypeAlias = Callable[[Samples], float]  # one window to its probability of speech

_START, _GO_ON = 0.5, 0.35  # hysteresis of silero's own example
_PRE_ROLL = 300 * RATE // 1000  # a soft first consonant lies before the first sure window
_PAUSE_MS = 1000
_LEAST_WINDOWS = 3  # a blip shorter than 96 ms holds no word
_SOFT_LIMIT, _HARD_LIMIT = 15 * RATE, 20 * RATE  # the encoder sees 30 s with the room it needs
_QUIET = amplitude(-45.0)
_LOUDNESS_FRAME = RATE // 100


class Event(Enum):
    """What the newest window means."""

    STARTED = auto()  # speech began
    INTERIM_DUE = auto()  # enough new speech for another look
    SILENCE = auto()  # the first window after speech
    EARLY = auto()  # silence enough to begin the final decode
    CUT = auto()  # the segment is long enough: a final in the midst of speech
    PAUSE = auto()  # a final without a turn end, when endpointing is off
    ENDPOINT = auto()  # silence enough to end the turn
    UTTERANCE_END = auto()  # the gap after the last word is as long as asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Silences in milliseconds; None: never."""

    endpointing_ms: int | None
    utterance_end_ms: int | None
    early_ms: int
    interim_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the stream: `audio` runs from `start` to `end` and holds the words spoken
    between `speech_start` and `speech_end`."""

    start: int
    speech_start: int
    speech_end: int
    end: int
    audio: Samples
    has_speech: bool


class Segmenter:
    """Feed it the stream; the caller closes the segment at CUT, PAUSE, ENDPOINT, UTTERANCE_END."""

    def __init__(self, vad: Vad, rules: Rules) -> None:
        self._vad, self._rules = vad, rules
        self.position = 0
        self.talking = False
        self._rest = np.zeros(0, np.float32)
        self._pre_roll: deque[Samples] = deque(maxlen=_PRE_ROLL // WINDOW)
        self._windows: list[Samples] = []
        self._speech_windows = 0
        self.speech_end = 0  # of the newest window that held speech
        self._start = self._speech_start = 0
        self._last_interim = 0
        self._early_sent = self._utterance_open = False

    def feed(self, samples: Samples) -> Iterator[Event]:
        """Yield each event while the state is still that of its own window."""
        pending = np.concatenate([self._rest, samples])
        whole = len(pending) - len(pending) % WINDOW
        self._rest = pending[whole:]
        for at in range(0, whole, WINDOW):
            yield from self._step(pending[at : at + WINDOW])

    def segment(self) -> Segment:
        """The open segment as it stands."""
        parts = self._windows or [np.zeros(0, np.float32)]
        audio = np.concatenate(parts)
        return Segment(
            start=self._start,
            speech_start=self._speech_start,
            speech_end=self._loud_until(audio),
            end=self.position,
            audio=audio,
            has_speech=self._speech_windows >= _LEAST_WINDOWS,
        )

    def close(self, *, still_talking: bool = False) -> Segment:
        """End the open segment; after a cut the next one begins at once."""
        segment = self.segment()
        self.talking = still_talking
        self._windows, self._speech_windows = [], 0
        self._start = self._speech_start = self.position
        self._pre_roll.clear()
        return segment

    def _step(self, window: Samples) -> Iterator[Event]:
        probability = self._vad(window)
        self.position += WINDOW
        if not self.talking and probability < _START:
            self._pre_roll.append(window)
            yield from self._idle()
            return
        if not self.talking:
            self._begin()
            yield Event.STARTED
        self._windows.append(window)
        if probability >= _GO_ON:
            yield from self._speech()
        else:
            yield from self._silence()
        yield from self._limit(probability)

    def _begin(self) -> None:
        self._windows = list(self._pre_roll)
        self._speech_start = self._last_interim = self.position - WINDOW
        self._start = self._speech_start - WINDOW * len(self._windows)
        self.talking, self._speech_windows = True, 0

    def _speech(self) -> Iterator[Event]:
        self._speech_windows += 1
        self.speech_end = self.position
        self._early_sent, self._utterance_open = False, True
        if self.position - self._last_interim >= self._rules.interim_ms * RATE // 1000:
            yield Event.INTERIM_DUE

    def interim_taken(self) -> None:
        """The interim that was due is being decoded: count from here."""
        self._last_interim = self.position

    def _silence(self) -> Iterator[Event]:
        if self.position - self.speech_end == WINDOW:
            yield Event.SILENCE
        endpointing, early = self._rules.endpointing_ms, self._rules.early_ms
        if not self._early_sent and self._silent_for(min(early, endpointing or early)):
            self._early_sent = True
            yield Event.EARLY
        if endpointing is not None and self._silent_for(endpointing):
            yield Event.ENDPOINT
        elif endpointing is None and self._silent_for(_PAUSE_MS):
            yield Event.PAUSE
        yield from self._idle()

    def _idle(self) -> Iterator[Event]:
        gap = self._rules.utterance_end_ms
        if self._utterance_open and gap is not None and self._silent_for(gap):
            self._utterance_open = False
            yield Event.UTTERANCE_END

    def _limit(self, probability: float) -> Iterator[Event]:
        """Cut a monologue between words if possible."""
        length = len(self._windows) * WINDOW
        if length >= _HARD_LIMIT or (length >= _SOFT_LIMIT and probability < _START):
            yield Event.CUT

    def _silent_for(self, ms: int) -> bool:
        return self.position - self.speech_end >= ms * RATE // 1000

    def _loud_until(self, audio: Samples) -> int:
        """The end of speech to 10 ms: the VAD's end lags, the last loud frame does not."""
        if self.speech_end == self.position:  # still speaking, however quietly just now
            return self.position
        spoken = audio[: max(0, self.speech_end - self._start)]
        frames = spoken[len(spoken) % _LOUDNESS_FRAME :].reshape(-1, _LOUDNESS_FRAME)
        loud = np.flatnonzero(np.abs(frames).max(axis=1) >= _QUIET) if len(frames) else frames
        if len(loud) == 0:
            return max(self._start, min(self.speech_end, self.position))
        return self.speech_end - (len(frames) - 1 - int(loud[-1])) * _LOUDNESS_FRAME
