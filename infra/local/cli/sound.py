"""The telephone's own audio: WAV files to mu-law at 8 kHz and back, G.711 (ITU-T), levels.

It shares nothing with the servers it calls: a telephone that used their tables would not hear their
faults.
"""

import io
import wave
from dataclasses import dataclass
from math import ceil, gcd
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from infra.local.cli.errors import BadAudio

RATE = 8000
FRAME = 160  # samples, and bytes of mu-law, in 20 ms
FRAME_SECONDS = FRAME / RATE
BLOCK = 80  # samples in 10 ms, over which a level is measured
SPEECH_DBFS = -45.0  # what lies below is not speech
SPEECH_RMS = 32768 * 10 ** (SPEECH_DBFS / 20)
NOISE_RMS = 6  # of 32768, about -75 dBFS: what a quiet room sounds like on a line

Pcm: TypeAlias = npt.NDArray[np.int16]
Wave: TypeAlias = npt.NDArray[np.float64]


def _mulaw_levels() -> Pcm:
    code = np.arange(256) ^ 0xFF
    magnitude = ((((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_LEVELS = _mulaw_levels()
_ORDER = np.argsort(_LEVELS, kind="stable")
_SORTED = _LEVELS[_ORDER].astype(np.int32)


def decode(mulaw: bytes) -> Pcm:
    """One sample a byte."""
    return _LEVELS[np.frombuffer(mulaw, np.uint8)]


def encode(pcm: Pcm) -> bytes:
    """One byte a sample: the nearest level."""
    samples = pcm.astype(np.int32)
    above = np.clip(np.searchsorted(_SORTED, samples), 1, len(_SORTED) - 1)
    nearer_below = samples - _SORTED[above - 1] <= _SORTED[above] - samples
    return _ORDER[np.where(nearer_below, above - 1, above)].astype(np.uint8).tobytes()


def loud_blocks(pcm: Pcm) -> npt.NDArray[np.bool_]:
    """For each whole 10 ms: is it speech, that is at or above -45 dBFS RMS?"""
    whole = pcm[: len(pcm) // BLOCK * BLOCK].astype(np.float64).reshape(-1, BLOCK)
    return np.sqrt(np.mean(whole**2, axis=1)) >= SPEECH_RMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """An utterance ready to play: frames of mu-law, and which of them its speech begins and ends
    in.

    The last sample of frame `last_speech` is the last of the last 10 ms of speech.
    """

    name: str
    frames: tuple[bytes, ...]
    first_speech: int
    last_speech: int

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME_SECONDS


def clip(pcm: Pcm, *, name: str) -> Clip:
    """Cut 8 kHz samples into frames so that the speech ends with a frame.

    Raises BadAudio when there is no speech in it.
    """
    (loud,) = np.nonzero(loud_blocks(pcm))
    if len(loud) == 0:
        raise BadAudio(f"{name}: nothing in it is louder than {SPEECH_DBFS:g} dBFS")
    end = (int(loud[-1]) + 1) * BLOCK
    lead = -end % FRAME
    whole = np.concatenate([np.zeros(lead, np.int16), pcm])
    padded = np.concatenate([whole, np.zeros(-len(whole) % FRAME, np.int16)])
    mulaw = encode(padded)
    frames = tuple(mulaw[at : at + FRAME] for at in range(0, len(mulaw), FRAME))
    first = (int(loud[0]) * BLOCK + lead) // FRAME
    return Clip(name=name, frames=frames, first_speech=first, last_speech=(end + lead) // FRAME - 1)


def read_wav(path: Path) -> Clip:
    """Read a WAV of any rate, channels and PCM width, down-mixed and resampled to 8 kHz.

    Raises BadAudio for anything else.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise BadAudio(f"{path}: {exc.strerror}") from exc
    return clip(samples_of_wav(content, name=str(path)), name=path.stem)


def samples_of_wav(content: bytes, *, name: str) -> Pcm:
    """The audio of a WAV file at 8 kHz, one channel; raises BadAudio."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise BadAudio(f"{name}: not a PCM WAV file ({exc})") from exc
    if rate <= 0 or not raw:
        raise BadAudio(f"{name}: holds no audio")
    samples = _full_scale(raw, width)
    samples = samples[: len(samples) // channels * channels].reshape(-1, channels).mean(axis=1)
    return to_pcm(resample(samples, source=rate, target=RATE))


def _full_scale(raw: bytes, width: int) -> Wave:
    """Interleaved samples in -1..1; 8 bits are unsigned, the wider ones little-endian and
    signed.
    """
    if width == 1:
        return (np.frombuffer(raw, np.uint8).astype(np.float64) - 128) / 128
    data = np.frombuffer(raw[: len(raw) // width * width], np.uint8).reshape(-1, width)
    wide = np.zeros((len(data), 4), np.uint8)
    wide[:, 4 - width :] = data
    return wide.view("<i4").ravel().astype(np.float64) / 2**31


def to_pcm(samples: Wave) -> Pcm:
    """Round and saturate -1..1 to 16 bits."""
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)


def resample(samples: Wave, *, source: int, target: int, crossings: int = 16) -> Wave:
    """Windowed-sinc resampling of a whole clip, without shifting it in time."""
    if source == target:
        return samples
    common = gcd(source, target)
    up, down = target // common, source // common
    cutoff = 0.95 * min(1.0, target / source)
    width = ceil(crossings / cutoff)
    padded = np.concatenate([np.zeros(width), samples, np.zeros(width + 1)])
    count = len(samples) * up // down
    out = np.zeros(count)
    for phase in range(min(up, count)):  # outputs of one phase share their taps
        instants = np.arange(phase, count, up, dtype=np.int64) * down
        offsets = np.arange(-width + 1, width + 1) - instants[0] % up / up
        taps = np.sinc(cutoff * offsets) * np.kaiser(2 * width, 8.0)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * width)
        out[phase::up] = windows[instants // up + 1] @ (taps / taps.sum())
    return out


def comfort_noise(count: int) -> tuple[bytes, ...]:
    """Different frames of the same quiet room; always the same ones."""
    noise = np.random.default_rng(0).normal(size=(count, FRAME)) * NOISE_RMS
    return tuple(encode(frame.astype(np.int16)) for frame in noise)


def write_stereo(path: Path, *, left: Pcm, right: Pcm) -> None:
    """Write two channels of 16-bit samples at 8 kHz; the shorter one is filled with silence."""
    length = max(len(left), len(right))
    both = np.zeros((length, 2), np.int16)
    both[: len(left), 0], both[: len(right), 1] = left, right
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(both.tobytes())
