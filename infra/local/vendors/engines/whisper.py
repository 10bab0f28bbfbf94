"""Speech recognition: Whisper tiny.en on CTranslate2, fed with a short window instead of 30 s."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from infra.local.vendors.engines import weights
from infra.local.vendors.engines.audio import Samples

_runtime: Any = ctranslate2  # it ships no stubs

RATE = 16000
LONGEST = 24.0  # seconds of speech: the encoder's 30 s less the room after it
_HOP, _FFT, _MELS = 160, 400, 80
_MEL_OF_1_KHZ = 15
_END_OF_TEXT = 50256
_PROMPT = [50257, 50362]  # startoftranscript, notimestamps (English-only vocabulary)
_LEAST_WINDOW = 10.0  # seconds; shorter ones make the decoder repeat itself
_ROOM_AFTER_SPEECH = 6.0  # seconds, for the same reason
_NO_SPEECH = 0.9  # hallucinations on silence and noise lie above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was understood; an empty text means that the model heard no speech."""

    text: str
    confidence: float


NOTHING = Transcript(text="", confidence=0.0)


class Whisper:
    """Thread-safe: up to `workers` calls decode at once, one thread each."""

    def __init__(self, *, workers: int) -> None:
        folder = _folder()
        self._model: Any = _runtime.models.Whisper(
            str(folder),
            device="cpu",
            compute_type="int8",
            intra_threads=1,
            inter_threads=workers,
        )
        self._filters = _mel_filters()
        self._hann = np.hanning(_FFT + 1)[:-1].astype(np.float32)
        self._tokens = _Tokens(folder / "tokenizer.json")

    def __call__(self, samples: Samples) -> Transcript:
        """Transcribe up to LONGEST seconds at 16 kHz."""
        seconds = len(samples) / RATE
        window = min(30.0, max(_LEAST_WINDOW, seconds + _ROOM_AFTER_SPEECH))
        mel = self._log_mel(samples, frames=int(window * RATE / _HOP) // 2 * 2)
        result = self._model.generate(
            _runtime.StorageView.from_array(np.ascontiguousarray(mel[None])),
            [_PROMPT],
            beam_size=1,
            max_length=int(14 + seconds * 9),  # nobody says more than nine tokens a second
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        text = self._tokens.text(result.sequences_ids[0])
        if result.no_speech_prob > _NO_SPEECH or not text:
            return NOTHING
        return Transcript(text=text, confidence=math.exp(min(0.0, result.scores[0])))

    def _log_mel(self, samples: Samples, *, frames: int) -> npt.NDArray[np.float32]:
        """Log-mel spectrogram as OpenAI's Whisper computes it, `frames` of 10 ms."""
        length = frames * _HOP
        padded = np.pad(samples[:length], (0, max(0, length - len(samples))))
        padded = np.pad(padded, _FFT // 2, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:frames]
        power = np.abs(np.fft.rfft(windows * self._hann, axis=1).astype(np.complex64)) ** 2
        log = np.log10(np.maximum(self._filters @ power.T, 1e-10))
        return ((np.maximum(log, log.max() - 8) + 4) / 4).astype(np.float32)


class _Tokens:
    """Token ids to text: GPT-2's byte-level vocabulary without the tokenizers package."""

    def __init__(self, path: Path) -> None:
        vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        self._pieces = {number: piece for piece, number in vocabulary.items()}
        printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
        others = [byte for byte in range(256) if byte not in printable]
        self._bytes = {chr(byte): byte for byte in printable}
        self._bytes |= {chr(256 + index): byte for index, byte in enumerate(others)}

    def text(self, ids: list[int]) -> str:
        pieces = "".join(self._pieces.get(token, "") for token in ids if token < _END_OF_TEXT)
        raw = bytes(self._bytes[char] for char in pieces if char in self._bytes)
        return raw.decode("utf-8", "replace").strip()


def _folder() -> Path:
    paths = [weights.locate(file) for file in weights.WHISPER_TINY_EN]
    return paths[0].parent


def _mel_filters() -> npt.NDArray[np.float32]:
    """Slaney's mel scale (linear to 1 kHz, logarithmic above), triangles of equal area."""
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    per_octave = math.log(6.4) / 27
    top = _MEL_OF_1_KHZ + math.log(RATE / 2 / 1000) / per_octave
    mel = np.linspace(0, top, _MELS + 2)
    above = 1000 * np.exp(per_octave * (mel - _MEL_OF_1_KHZ))
    hertz = np.where(mel < _MEL_OF_1_KHZ, mel * 200 / 3, above)
    step, ramp = np.diff(hertz), hertz[:, None] - bins[None]
    triangles = np.maximum(0, np.minimum(-ramp[:-2] / step[:-1, None], ramp[2:] / step[1:, None]))
    return (triangles * (2.0 / (hertz[2:] - hertz[:-2]))[:, None]).astype(np.float32)
