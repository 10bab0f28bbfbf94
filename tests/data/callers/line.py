"""The telephone line between caller and platform: band, level, true ends of speech, and noise.

Everything here is 8 kHz mono; levels are in dB below 16-bit full scale.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
FRAME = 80  # samples in 10 ms
SPEECH_LEVEL = 32_768 * 10 ** (-20 / 20)  # active level of every clip: -20 dBFS
SILENCE = 32_768 * 10 ** (-45 / 20)  # below -45 dBFS is not speech
LONGEST_PAUSE = 20  # frames
FLOOR = 8.0  # quiet line, -72 dBFS: a pause on a real line is never digital silence

Samples = NDArray[np.float32]
Pcm = NDArray[np.int16]


def telephone(speech: Samples, *, rate: int) -> Samples:
    """Speech as a telephone sends it: 8 kHz, 300-3400 Hz, -20 dBFS, no silence at either end.

    Pauses inside are cut to 200 ms: only the clips made for it test a caller's hesitation.
    The skirts are soft, fourth order as on a real line: a brick wall at 300 Hz takes so much of a
    voice that detectors no longer call it one.
    """
    return _brisk(_trim(_level(band(resample(speech, rate=rate)))))


def resample(speech: Samples, *, rate: int) -> Samples:
    """To 8 kHz by cutting the spectrum at 4 kHz; `rate` is a multiple of 8 kHz."""
    padded = np.pad(speech, (0, -len(speech) % (rate // RATE)))
    size = len(padded) * RATE // rate
    spectrum = np.fft.rfft(padded)[: size // 2 + 1]
    return (np.fft.irfft(spectrum, size) * (RATE / rate)).astype(np.float32)


def band(samples: Samples) -> Samples:
    """The telephone band: 300-3400 Hz, 24 dB per octave outside."""
    frequency = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 1.0)
    loss = np.sqrt((1 + (300 / frequency) ** 8) * (1 + (frequency / 3400) ** 8))
    return np.fft.irfft(np.fft.rfft(samples) / loss, len(samples)).astype(np.float32)


def with_pause(before: Samples, after: Samples, *, ms: int) -> Samples:
    """Two trimmed pieces of speech with exactly `ms` of quiet line between them."""
    gap = np.random.default_rng(ms).normal(0, FLOOR, ms * RATE // 1000)
    return np.concatenate([before, gap.astype(np.float32), after])


def longest_pause_ms(pcm: Pcm) -> int:
    """Longest stretch under -45 dBFS in a clip: what an endpointing rule must outlast."""
    loud = np.flatnonzero(_frames(pcm.astype(np.float32)) > SILENCE)
    return int(np.diff(loud).max(initial=1) - 1) * 10


def mix(speech: Samples, noise: Samples, *, snr_db: float) -> Samples:
    """Speech at -20 dBFS over noise that lies `snr_db` below it."""
    rms = float(np.sqrt(np.mean(noise**2)))
    gain = np.float32(SPEECH_LEVEL * 10 ** (-snr_db / 20) / rms)
    return (speech + noise[: len(speech)] * gain).astype(np.float32)


def to_pcm(samples: Samples) -> Pcm:
    """16-bit samples, clipped."""
    return np.clip(np.rint(samples), -32_768, 32_767).astype(np.int16)


def hiss(seconds: float, random: np.random.Generator) -> Samples:
    """A bad analogue line: white noise in the band over mains hum at 60 Hz and its harmonics."""
    count = _count(seconds)
    at = np.arange(count) / RATE
    hum = sum(np.sin(2 * np.pi * 60 * n * at) / n for n in (2, 3, 5, 7))
    return band((random.normal(0, 1, count) + 0.6 * np.asarray(hum)).astype(np.float32))


def street(seconds: float, random: np.random.Generator) -> Samples:
    """Traffic: noise that falls with frequency, swelling every few seconds as a car passes."""
    count = _count(seconds)
    spectrum = np.fft.rfft(random.normal(0, 1, count))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 50.0))
    at = np.arange(count) / RATE
    swell = 1 + 0.6 * np.sin(2 * np.pi * at / random.uniform(2.5, 4.5) + random.uniform(0, 6))
    return band((np.fft.irfft(spectrum, count) * swell).astype(np.float32))


def babble(seconds: float, random: np.random.Generator, *, voices: Sequence[Samples]) -> Samples:
    """A full waiting room: eight voices at once, each starting at a point of its own."""
    count = _count(seconds)
    room = np.zeros(count, np.float32)
    for pick in random.choice(len(voices), 8, replace=False):
        voice = np.roll(voices[pick], int(random.integers(len(voices[pick]))))
        room += np.resize(voice, count)
    return room


def cough(random: np.random.Generator) -> Samples:
    """Two bursts like a cough: a sharp attack of throat noise that dies away in 200 ms."""
    bursts: list[Samples] = []
    for length in (0.28, 0.36):
        at = np.arange(_count(length)) / RATE
        envelope = np.minimum(at / 0.008, 1) * np.exp(-at / 0.07)
        bursts.append((random.normal(0, 1, len(at)) * envelope).astype(np.float32))
    return telephone(np.concatenate(bursts), rate=RATE)


def _count(seconds: float) -> int:
    return round(seconds * RATE)


def _frames(samples: Samples) -> NDArray[np.float32]:
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.sqrt(np.mean(whole**2, axis=1))


def _level(samples: Samples) -> Samples:
    frames = _frames(samples)
    active = frames[frames > 0.1 * frames.max()]
    return samples * np.float32(SPEECH_LEVEL / np.sqrt(np.mean(active**2)))


def _trim(samples: Samples) -> Samples:
    loud = np.flatnonzero(_frames(samples) > SILENCE)
    return samples[loud[0] * FRAME : (loud[-1] + 1) * FRAME]


def _brisk(samples: Samples) -> Samples:
    loud = _frames(samples) > SILENCE
    since = np.zeros(len(loud), np.int64)  # quiet frames up to and with this one
    for at in range(1, len(loud)):
        since[at] = 0 if loud[at] else since[at - 1] + 1
    return samples.reshape(-1, FRAME)[since <= LONGEST_PAUSE].ravel()
