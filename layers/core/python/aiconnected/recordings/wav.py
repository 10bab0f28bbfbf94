"""From Sun audio of 8-bit mu-law, as calls are recorded, to WAV of 16-bit PCM, as browsers play it.

The source's header may leave the length unknown, so that a recording cut off in the middle is whole
up to there. Nothing is lost: every mu-law value has its own PCM value (ITU-T G.711).
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CONTENT_TYPE = "audio/wav"
SUFFIX = ".wav"
_SUN = struct.Struct(">4sIIIII")  # magic, header size, data size, encoding, rate, channels
_MULAW = 1  # Sun's number of 8-bit mu-law
_BLOCK = 1 << 18
_BYTES = 2  # of a PCM sample
_WAV = struct.Struct("<4sI4s4sIHHIIHH4sI")
_LARGEST = 0xFFFFFFFF - _WAV.size


class NotARecording(ValueError):
    """The file is not what the call plane writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WavFile:
    """What was written."""

    rate: int
    channels: int
    duration_ms: int
    size_bytes: int
    sha256: str


def convert(source: Path, target: Path) -> WavFile:
    """Write `target`; raises `NotARecording` for anything but Sun audio of mu-law."""
    with source.open("rb") as sun, target.open("wb") as wav:
        rate, channels = _read_header(sun)
        frames = (source.stat().st_size - sun.tell()) // channels
        size = frames * channels * _BYTES
        if size > _LARGEST:
            raise NotARecording("longer than a WAV file can be")
        header = _header(rate, channels, size)
        digest = hashlib.sha256(header)
        wav.write(header)
        left = frames * channels
        while left and (block := sun.read(min(left, _BLOCK))):
            left -= len(block)
            pcm = decoded(block)
            digest.update(pcm)
            wav.write(pcm)
    return WavFile(
        rate=rate,
        channels=channels,
        duration_ms=frames * 1000 // rate,
        size_bytes=_WAV.size + size,
        sha256=digest.hexdigest(),
    )


def decoded(mulaw: bytes) -> bytes:
    """16-bit little-endian PCM for 8-bit mu-law."""
    pcm = bytearray(_BYTES * len(mulaw))
    pcm[0::2] = mulaw.translate(_LOW)
    pcm[1::2] = mulaw.translate(_HIGH)
    return bytes(pcm)


def _read_header(sun: BinaryIO) -> tuple[int, int]:
    header = sun.read(_SUN.size)
    if len(header) < _SUN.size:
        raise NotARecording("no header")
    magic, offset, _, encoding, rate, channels = _SUN.unpack(header)
    if magic != b".snd" or encoding != _MULAW or offset < _SUN.size or not rate or not channels:
        raise NotARecording("not Sun audio of mu-law")
    sun.seek(offset)
    return rate, channels


def _header(rate: int, channels: int, size: int) -> bytes:
    frame = channels * _BYTES
    return _WAV.pack(
        b"RIFF",
        size + _WAV.size - 8,
        b"WAVE",
        b"fmt ",
        16,  # bytes of the format chunk
        1,  # PCM
        channels,
        rate,
        rate * frame,
        frame,
        8 * _BYTES,
        b"data",
        size,
    )


def _linear(value: int) -> int:
    """One mu-law byte as a sample (G.711, table 2a/2b): sign, exponent, mantissa, all inverted."""
    bits = ~value & 0xFF
    magnitude = (((bits & 0x0F) << 3) + 0x84 << (bits >> 4 & 7)) - 0x84
    return -magnitude if bits & 0x80 else magnitude


_LOW = bytes(_linear(value) & 0xFF for value in range(256))
_HIGH = bytes(_linear(value) >> 8 & 0xFF for value in range(256))
