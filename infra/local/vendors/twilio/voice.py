"""What the carrier itself lets a telephone hear: ringing, the reorder tone, test tones, `<Say>`.

Without a speech server `<Say>` is a cadence of beeps, one a word: audible, countable and honest
about not being speech. With `--speak-url` the text is spoken by a Deepgram-compatible /v1/speak
socket.
"""

import asyncio
import json
from typing import Protocol

import aiohttp
import numpy as np

from infra.local.vendors.engines.audio import to_pcm, ulaw_encode
from infra.local.vendors.twilio.http_client import HttpClient
from infra.local.vendors.twilio.line import SILENCE

RATE = 8000
LEVEL = 0.2  # of full scale, about -17 dBFS for one sine
SPEAK_TIMEOUT = 10.0  # seconds for a whole text


def tone(*frequencies: float, seconds: float) -> bytes:
    """Sines of these frequencies together, as mu-law; of no frequency: silence."""
    count = round(seconds * RATE)
    at = np.arange(count, dtype=np.float64) / RATE
    waves = sum((np.sin(2 * np.pi * hertz * at) for hertz in frequencies), np.zeros(count))
    return ulaw_encode(to_pcm((LEVEL * waves).astype(np.float32)))


def ringback() -> bytes:
    """One cycle of the North American ringing tone: two seconds on, four off."""
    return tone(440, 480, seconds=2) + tone(seconds=4)


def reorder() -> bytes:
    """The North American reorder tone ("fast busy") for two seconds."""
    return (tone(480, 620, seconds=0.25) + tone(seconds=0.25)) * 4


class Voice(Protocol):
    """Speaks the carrier's own texts."""

    async def speak(self, text: str) -> bytes:
        """The text as mu-law at 8 kHz; raises SpeechFailed."""
        ...


class SpeechFailed(Exception):
    """The speech server did not speak."""


class Beeps:
    """One beep of 1 kHz a word."""

    async def speak(self, text: str) -> bytes:
        beep = tone(1000, seconds=0.12) + SILENCE * 3
        return beep * max(1, len(text.split()))


class SpeechServer:
    """A Deepgram-compatible speak server."""

    def __init__(self, *, url: str, api_key: str, http: HttpClient) -> None:
        self._url, self._key, self._http = url.rstrip("/"), api_key, http

    async def speak(self, text: str) -> bytes:
        try:
            async with asyncio.timeout(SPEAK_TIMEOUT):
                return await self._spoken(text)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise SpeechFailed(f"speech server: {type(exc).__name__}") from exc

    async def _spoken(self, text: str) -> bytes:
        query = "model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000&container=none"
        audio = bytearray()
        async with self._http.session.ws_connect(
            f"{self._url}/v1/speak?{query}", headers={"Authorization": f"Token {self._key}"}
        ) as socket:
            await socket.send_json({"type": "Speak", "text": text})
            await socket.send_json({"type": "Flush"})
            async for message in socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    audio += message.data
                elif message.type is aiohttp.WSMsgType.TEXT and (
                    json.loads(message.data).get("type") == "Flushed"
                ):
                    await socket.send_json({"type": "Close"})
                    return bytes(audio)
        raise SpeechFailed("speech server: closed before Flushed")
