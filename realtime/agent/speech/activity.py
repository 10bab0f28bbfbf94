"""Local voice-activity detection: Silero's network under livekit's rules, without the ceremony.

`inference.VAD` spends most of its time beside the network (33 us a window): joining and copying
frames, handing each window to a thread, telling of each silent one. Here a window is judged as soon
as it is whole, and silence is told of once.
"""

import numpy as np
from livekit import local_inference, rtc
from livekit.agents import vad

from realtime.audio import Pcm, Resampler

_SAMPLES = local_inference.VAD_WINDOW_SAMPLES
_RATE = 16_000  # what the network was trained on
_WINDOW = _SAMPLES / _RATE  # seconds
_BEGINS, _GOES_ON = 0.5, 0.35  # probabilities from which it is speech: at first, and from then on
_SPEECH = 0.05  # seconds of speech that count
_SILENCE = 0.2  # the same of silence: below every endpointing, so the recogniser ends turns


def load() -> None:
    """Load the network; blocks for about 200 ms."""
    local_inference.init_vad()


class Detector(vad.VAD):
    """One per call."""

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=_WINDOW))

    @property
    def min_silence_duration(self) -> float:
        """Seconds of silence that end speech; livekit asks for it by this name."""
        return _SILENCE

    def stream(self) -> "Stream":
        """Begin to listen."""
        return Stream(self)


class Stream(vad.VADStream):
    """Judges windows as they are pushed, on the pusher's own time: there is no task to wait for."""

    def __init__(self, detector: Detector) -> None:
        super().__init__(detector)
        self._network = local_inference.VAD()
        self._rate = 0
        self._resampler: Resampler | None = None
        self._pending: Pcm = np.zeros(0, np.int16)
        self._heard = 0  # samples judged
        self._forget()

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        """Judge each window that the frame completes. All frames are mono and of one rate."""
        self._check_input_not_ended()
        self._check_not_closed()
        if frame.sample_rate != self._rate:
            self._begin(frame.sample_rate)
        samples = np.frombuffer(frame.data, np.int16)
        if self._resampler is not None:
            samples = self._resampler.push(samples)
        pending = np.concatenate((self._pending, samples))
        while len(pending) >= _SAMPLES:
            self._judge(self._network.predict(pending[:_SAMPLES]))
            pending = pending[_SAMPLES:]
        self._pending = pending

    def flush(self) -> None:
        """End the segment: what was speech is forgotten, and the next frame begins afresh."""
        self._check_input_not_ended()
        self._check_not_closed()
        self._network.reset()
        self._pending = np.zeros(0, np.int16)
        self._heard = 0
        self._forget()

    async def _main_task(self) -> None:
        async for _ in self._input_ch:
            pass  # nothing is sent there: its closing is the end of the stream

    def _begin(self, rate: int) -> None:
        self._rate = rate
        self._resampler = None if rate == _RATE else Resampler(rate, _RATE)
        self._pending = np.zeros(0, np.int16)

    def _forget(self) -> None:
        self._speaking = False
        self._told = True  # the first window says how things stand
        self._speech = self._silence = 0.0  # of the segment, as it is told
        self._run_of_speech = self._run_of_silence = 0.0  # up to now

    def _judge(self, probability: float) -> None:
        self._heard += _SAMPLES
        if self._speaking:
            self._speech += _WINDOW
        else:
            self._silence += _WINDOW
        active = self._speaking or self._run_of_speech > 0
        if active or self._told:
            self._tell(vad.VADEventType.INFERENCE_DONE, probability=probability)
        self._told = active
        if probability >= (_GOES_ON if self._speaking else _BEGINS):
            self._hear_speech()
        else:
            self._hear_silence()

    def _hear_speech(self) -> None:
        self._run_of_speech += _WINDOW
        self._run_of_silence = 0.0
        if not self._speaking and self._run_of_speech >= _SPEECH:
            self._speaking = True
            self._speech, self._silence = self._run_of_speech, 0.0
            self._tell(vad.VADEventType.START_OF_SPEECH)

    def _hear_silence(self) -> None:
        self._run_of_silence += _WINDOW
        self._run_of_speech = 0.0
        if self._speaking and self._run_of_silence >= _SILENCE:
            self._speaking = False
            self._silence = self._run_of_silence
            self._speech = max(0.0, self._speech - self._run_of_silence)
            self._tell(vad.VADEventType.END_OF_SPEECH)
            self._speech = 0.0

    def _tell(self, kind: vad.VADEventType, *, probability: float = 0.0) -> None:
        event = vad.VADEvent(
            type=kind,
            samples_index=self._heard,
            timestamp=self._heard / _RATE,
            speech_duration=self._speech,
            silence_duration=self._silence,
            probability=probability,
            speaking=self._speaking,
            raw_accumulated_silence=self._run_of_silence,
            raw_accumulated_speech=self._run_of_speech,
        )
        self._event_ch.send_nowait(event)
