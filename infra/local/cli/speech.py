"""A voice for `--say`: text to a clip through the stack's Deepgram-compatible speech server."""

import asyncio
import json

import aiohttp
import numpy as np

from infra.local.cli.errors import SpeechUnavailable
from infra.local.cli.sound import Clip, Pcm, clip

VENDOR = "deepgram"
QUERY = "model=aura-2-apollo-en&encoding=linear16&sample_rate=8000&container=none"
KEY = "local-telephone"
TIMEOUT = 20.0  # seconds for one utterance
LEVEL = 0.10  # RMS of full scale, -20 dBFS: how loud people are on the telephone


async def speak(url: str, text: str) -> Clip:
    """Speak `text` at the origin `url`; raises SpeechUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT):
            raw = await _spoken(url, text)
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        message = f"no voice at {url} speaks {text!r} ({type(exc).__name__})"
        raise SpeechUnavailable(message) from exc
    return clip(_levelled(np.frombuffer(raw, "<i2").astype(np.int16)), name=text)


async def _spoken(url: str, text: str) -> bytes:
    origin = url.replace("http", "ws", 1) if url.startswith("http") else url
    audio = bytearray()
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Token {KEY}"}) as http,
        http.ws_connect(f"{origin.rstrip('/')}/v1/speak?{QUERY}", compress=0) as socket,
    ):
        await socket.send_json({"type": "Speak", "text": text})
        await socket.send_json({"type": "Flush"})
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                audio += message.data
            elif json.loads(message.data).get("type") == "Flushed":
                await socket.send_json({"type": "Close"})
                return bytes(audio)
    raise SpeechUnavailable(f"the voice at {url} fell silent in the middle of {text!r}")


def _levelled(pcm: Pcm) -> Pcm:
    """At the usual level of a caller; silence stays silence."""
    samples = pcm.astype(np.float64)
    rms = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    gain = LEVEL * 32768 / rms if rms else 0.0
    return np.clip(np.rint(samples * gain), -32768, 32767).astype(np.int16)
