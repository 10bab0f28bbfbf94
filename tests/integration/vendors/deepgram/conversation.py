"""Talking to the Deepgram-compatible server through the real SDK: speak a text, listen to audio."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from deepgram.speak.v1.types import SpeakV1Text
from websockets.exceptions import ConnectionClosed

from infra.local.vendors.engines.audio import ulaw_decode, ulaw_encode
from tests.fixtures.deepgram_server import DeepgramServer

Socket: TypeAlias = Any  # the SDK's clients, whose messages are loosely typed

FRAME_S = 0.02
_numbers = count()


def new_call() -> str:
    """Return a tag that no other test uses."""
    return f"call-{next(_numbers)}"


def silence(seconds: float) -> bytes:
    """Mu-law at 8 kHz."""
    return b"\xff" * round(seconds * 8000)


def noise(seconds: float, *, level: float) -> bytes:
    """White noise, mu-law at 8 kHz; `level` is its linear standard deviation."""
    rng = np.random.default_rng(0)
    pcm = rng.normal(size=round(seconds * 8000)) * level * 32768
    return ulaw_encode(np.clip(pcm, -32768, 32767).astype(np.int16))


def pcm_of(ulaw: bytes) -> npt.NDArray[np.int16]:
    return ulaw_decode(ulaw)


@asynccontextmanager
async def speaking(
    server: DeepgramServer, *, call: str = "", **params: str
) -> AsyncGenerator[Socket]:
    options = {"model": "aura-2-thalia-en", "encoding": "mulaw", "sample_rate": "8000", **params}
    connect: Any = server.client().speak.v1.connect
    async with connect(
        **options, request_options={"additional_query_parameters": {"tag": call}}
    ) as socket:
        yield socket


@dataclass(slots=True)
class Spoken:
    """One utterance: its audio in order, and the messages between."""

    audio: bytes = b""
    chunks: list[bytes] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)


async def send_text(socket: Socket, text: str) -> None:
    """Send a raw text frame, which the SDK has no method for."""
    await socket._send(text)  # noqa: SLF001 - the SDK would only send what is right


async def until(socket: Socket, kind: str) -> Spoken:
    """Collect what the server sends up to a message of this type."""
    spoken = Spoken()
    async for message in socket:
        if isinstance(message, bytes):
            spoken.audio += message
            spoken.chunks.append(message)
        else:
            spoken.messages.append(message)
            if message.type == kind:
                return spoken
    raise AssertionError(f"closed before {kind}")


async def say(server: DeepgramServer, text: str, *, call: str = "", **params: str) -> Spoken:
    async with speaking(server, call=call, **params) as socket:
        await socket.send_text(SpeakV1Text(text=text))
        await socket.send_flush()
        return await until(socket, "Flushed")


@asynccontextmanager
async def listening(
    server: DeepgramServer, *, call: str = "", **params: str
) -> AsyncGenerator[Socket]:
    options = {
        "model": "nova-3",
        "encoding": "mulaw",
        "sample_rate": "8000",
        "channels": "1",
        "interim_results": "true",
        "endpointing": "300",
        "smart_format": "true",
        **params,
    }
    named = options | ({"tag": call} if call else {})
    connect: Any = server.client().listen.v1.connect
    async with connect(**named) as socket:
        yield socket


async def send(socket: Socket, audio: bytes, *, speed: float, frame: int = 160) -> None:
    """Send 20 ms frames, `speed` times as fast as a telephone would."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number, at in enumerate(range(0, len(audio), frame)):
        await asyncio.sleep(max(0.0, start + number * FRAME_S / speed - loop.time()))
        await socket.send_media(audio[at : at + frame])


async def hear(
    server: DeepgramServer,
    audio: bytes,
    *,
    call: str = "",
    speed: float = 4.0,
    frame: int = 160,
    **params: str,
) -> list[Any]:
    """Send the audio, close the stream, return every message."""
    async with listening(server, call=call, **params) as socket:

        async def talk() -> None:
            with suppress(ConnectionClosed):  # the reader sees it too, and tells
                await send(socket, audio, speed=speed, frame=frame)
                await socket.send_close_stream()

        talking = asyncio.create_task(talk())
        try:
            return [message async for message in socket]
        finally:
            talking.cancel()
            await asyncio.wait([talking])


def results(messages: list[Any]) -> list[Any]:
    return [message for message in messages if message.type == "Results"]


def text_of(message: Any) -> str:  # noqa: ANN401 - one of the SDK's loosely typed messages
    return message.channel.alternatives[0].transcript


def turns(messages: list[Any]) -> list[str]:
    """What the caller said, split at the ends of turns."""
    finals = [message for message in results(messages) if message.speech_final]
    return [text_of(message) for message in finals]
