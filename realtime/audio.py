"""G.711 companding, signal levels and the streaming resampler: numpy, no I/O."""

from functools import lru_cache
from math import ceil, gcd, log10
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from realtime.ports import Encoding

Pcm: TypeAlias = NDArray[np.int16]  # mono samples, full scale at +-32767

SILENCE_DBFS = -96.0  # the floor of 16 bits: what digital silence is called
_MULAW_BIAS = 0x84  # ITU-T G.711 table 2: added before the segment is found
_MULAW_CLIP = 32635


def _mulaw_decoder() -> Pcm:
    code = ~np.arange(256, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + _MULAW_BIAS) << ((code & 0x70) >> 4)
    signed = np.where(code & 0x80, _MULAW_BIAS - magnitude, magnitude - _MULAW_BIAS)
    return signed.astype(np.int16)


def _mulaw_encoder() -> NDArray[np.uint8]:
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(sample), _MULAW_CLIP) + _MULAW_BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    code = ((sample < 0) << 7) | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F)
    return (~code & 0xFF).astype(np.uint8)


def _alaw_decoder() -> Pcm:
    code = np.arange(256, dtype=np.uint8) ^ 0x55  # even bits are inverted on the wire
    segment = ((code & 0x70) >> 4).astype(np.int32)
    base = ((code & 0x0F).astype(np.int32) << 4) + 8
    magnitude = np.where(segment == 0, base, (base + 0x100) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _alaw_encoder() -> NDArray[np.uint8]:
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # One's complement for negatives (ITU-T G.191 alaw_compress): -1 is the least negative step.
    magnitude = np.where(sample >= 0, sample, -sample - 1) >> 4
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0) + 1
    linear = magnitude < 32  # noqa: PLR2004 -- segments 0 and 1 share one slope
    code = np.where(linear, magnitude, (segment << 4) | ((magnitude >> (segment - 1)) & 0x0F))
    return ((code | np.where(sample >= 0, 0x80, 0)) ^ 0x55).astype(np.uint8)


_MULAW_DECODE, _MULAW_ENCODE = _mulaw_decoder(), _mulaw_encoder()
_ALAW_DECODE, _ALAW_ENCODE = _alaw_decoder(), _alaw_encoder()


def ulaw_decode(data: bytes) -> Pcm:
    """Samples of G.711 mu-law bytes."""
    return _MULAW_DECODE[np.frombuffer(data, np.uint8)]


def ulaw_encode(samples: Pcm) -> bytes:
    """G.711 mu-law bytes of samples."""
    return _MULAW_ENCODE[samples.view(np.uint16)].tobytes()


def alaw_decode(data: bytes) -> Pcm:
    """Samples of G.711 A-law bytes."""
    return _ALAW_DECODE[np.frombuffer(data, np.uint8)]


def alaw_encode(samples: Pcm) -> bytes:
    """G.711 A-law bytes of samples."""
    return _ALAW_ENCODE[samples.view(np.uint16)].tobytes()


def decode(data: bytes, encoding: Encoding) -> Pcm:
    """Samples of a frame's bytes."""
    if encoding is Encoding.MULAW:
        return ulaw_decode(data)
    if encoding is Encoding.ALAW:
        return alaw_decode(data)
    return np.frombuffer(data, np.dtype("<i2")).astype(np.int16, copy=False)


def encode(samples: Pcm, encoding: Encoding) -> bytes:
    """A frame's bytes of samples."""
    if encoding is Encoding.MULAW:
        return ulaw_encode(samples)
    if encoding is Encoding.ALAW:
        return alaw_encode(samples)
    return samples.astype(np.dtype("<i2"), copy=False).tobytes()


def level_dbfs(samples: Pcm) -> float:
    """Root mean square in dB under full scale; -96 for silence or nothing."""
    if not len(samples):
        return SILENCE_DBFS
    wide = samples.astype(np.float64)
    power = float(np.dot(wide, wide)) / len(samples)
    return max(SILENCE_DBFS, 10.0 * log10(power / 32767.0**2)) if power else SILENCE_DBFS


@lru_cache(maxsize=16)
def _taps(up: int, down: int) -> NDArray[np.float32]:
    """Polyphase Kaiser-windowed sinc: row `p` holds the taps of output phase `p`."""
    cutoff = 0.95 * min(1.0, up / down)
    width = ceil(12 / cutoff)
    offsets = np.arange(-width + 1, width + 1)[None, :] - (np.arange(up) / up)[:, None]
    window = np.kaiser(2049, 6.0)[np.clip((offsets / width + 1) * 1024, 0, 2048).astype(int)]
    taps = np.sinc(cutoff * offsets) * window
    return (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)


class Resampler:
    """Streaming rational resampler; it looks about 1.5 ms (12 samples at 8 kHz) ahead."""

    def __init__(self, source: int, target: int) -> None:
        common = gcd(source, target)
        self._up, self._down = target // common, source // common
        self._taps = _taps(self._up, self._down)
        self._half: int = self._taps.shape[1] // 2
        self._pending = np.zeros(self._half - 1, np.float32)
        self._phase = 0  # next output instant, in 1/up samples after the start of `_pending`

    def push(self, samples: Pcm) -> Pcm:
        """Output samples that `samples` completes."""
        return self._run(samples.astype(np.float32))

    def flush(self) -> Pcm:
        """The output samples still owed at the end of the input."""
        return self._run(np.zeros(self._half + 1, np.float32))

    def _run(self, samples: NDArray[np.float32]) -> Pcm:
        self._pending = np.concatenate([self._pending, samples])
        room = len(self._pending) - self._taps.shape[1]
        count = max(0, (room * self._up - self._phase - 1) // self._down + 1)
        if not count:
            return np.zeros(0, np.int16)
        windows = np.lib.stride_tricks.sliding_window_view(self._pending, self._taps.shape[1])
        if self._down == 1:  # every output phase of each window: one product
            out = (windows[: count // self._up] @ self._taps.T).reshape(-1)
        else:
            at = self._phase + np.arange(count) * self._down
            out = np.einsum("ij,ij->i", windows[at // self._up], self._taps[at % self._up])
        after = self._phase + count * self._down
        dropped = after // self._up
        self._pending, self._phase = self._pending[dropped:], after - dropped * self._up
        return np.clip(np.rint(out), -32768, 32767).astype(np.int16)


def resample(samples: Pcm, *, source: int, target: int) -> Pcm:
    """The whole of `samples` at another rate."""
    if source == target:
        return samples
    resampler = Resampler(source, target)
    return np.concatenate([resampler.push(samples), resampler.flush()])
