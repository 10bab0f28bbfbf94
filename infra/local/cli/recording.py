"""The stored recording of a call: fetched, decoded, written as a WAV that everything plays."""

import asyncio
import io
import struct
import time
import wave
from dataclasses import dataclass

import aiohttp
import numpy as np

from infra.local.cli.errors import RecordUnavailable
from infra.local.cli.records import POLL, ControlPlane
from infra.local.cli.sound import Pcm, decode

_HEADER = struct.Struct(">4sIIIII")  # Sun/NeXT audio: magic, offset, size, encoding, rate, channels
_MAGIC, _MULAW, _STEREO = b".snd", 1, 2
_TIMEOUT = aiohttp.ClientTimeout(total=30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Both sides of a call as 16-bit samples of the same length."""

    caller: Pcm
    agent: Pcm
    rate: int

    @property
    def duration_ms(self) -> float:
        return len(self.caller) / self.rate * 1000

    @property
    def sides(self) -> dict[str, Pcm]:
        """Left and right by who is heard there."""
        return {"caller": self.caller, "agent": self.agent}

    def wav(self) -> bytes:
        """A stereo WAV, the caller on the left."""
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(_STEREO)
            out.setsampwidth(2)
            out.setframerate(self.rate)
            out.writeframes(np.stack([self.caller, self.agent], axis=1).astype("<i2").tobytes())
        return file.getvalue()


def read(content: bytes) -> Recording:
    """Decode a stored recording: as the call plane wrote it, or as it was encoded since.

    Raises RecordUnavailable.
    """
    return _read_wav(content) if content.startswith(b"RIFF") else _read_au(content)


def _read_wav(content: bytes) -> Recording:
    """Stereo of 16 bits."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            form = (file.getnchannels(), file.getsampwidth())
            rate, raw = file.getframerate(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise RecordUnavailable(f"the recording is no WAV file of PCM ({exc})") from exc
    if form != (_STEREO, 2) or not rate:
        raise RecordUnavailable("the recording is not stereo of 16 bits")
    both = np.frombuffer(raw, "<i2").astype(np.int16).reshape(-1, _STEREO)
    return Recording(caller=both[:, 0].copy(), agent=both[:, 1].copy(), rate=rate)


def _read_au(content: bytes) -> Recording:
    """Stereo mu-law in a Sun/NeXT audio file."""
    if len(content) < _HEADER.size:
        raise RecordUnavailable("the recording is empty")
    magic, offset, _, encoding, rate, channels = _HEADER.unpack_from(content)
    if (magic, encoding, channels) != (_MAGIC, _MULAW, _STEREO) or not rate:
        raise RecordUnavailable("the recording is not stereo mu-law in a .au file")
    whole = (len(content) - offset) // _STEREO * _STEREO
    both = decode(content[offset : offset + whole]).reshape(-1, _STEREO)
    return Recording(caller=both[:, 0].copy(), agent=both[:, 1].copy(), rate=rate)


async def of_call(plane: ControlPlane, call_id: str, *, within: float) -> Recording:
    """A call's recording; asked for again for a while, because it moves when it is encoded.

    Raises RecordUnavailable.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            return await _fetched(await plane.recording(call_id))
        except RecordUnavailable:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(POLL)


async def _fetched(url: str | None) -> Recording:
    if url is None:
        raise RecordUnavailable("the call has no recording")
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as http,
            http.get(url, raise_for_status=True) as response,
        ):
            content = await response.read()
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise RecordUnavailable(f"the recording cannot be had: {type(exc).__name__}") from exc
    return read(content)
