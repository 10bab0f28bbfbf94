"""What was heard on a line: words, by the speech server, and tones, by their frequency."""

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

import aiohttp
import numpy as np

from infra.local.cli.ear import UNDERRUN_AT_MOST, timeline
from infra.local.cli.sound import FRAME, FRAME_SECONDS, RATE, Pcm, encode

if TYPE_CHECKING:
    import inflect

_QUERY = (
    "model=nova-3&encoding=mulaw&sample_rate=8000&channels=1"
    "&interim_results=false&endpointing=false&smart_format=true&tag=the-tests-own-ear"
)
_PIECE = 25 * FRAME  # bytes sent at once: half a second
_LETTER = re.compile(r"[a-z]")
_NUMBER = re.compile(r"\d+")
_LOUD = 300.0  # RMS of 16-bit samples above which there is something to judge
_ALIKE = 0.5  # Whisper tiny mishears, as people do; unrelated sentences reach 0.45


async def recognise(frames: list[tuple[float, bytes]], *, start: float, url: str) -> str:
    """What the speech server at `url` understands of frames as they arrived."""
    audio = encode(timeline(list(_played(frames)), start=start)) + b"\xff" * RATE
    origin = url.replace("http", "ws", 1)
    found: list[str] = []
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Token local-tests"}) as http,
        http.ws_connect(f"{origin}/v1/listen?{_QUERY}", compress=0) as socket,
    ):
        for at in range(0, len(audio), _PIECE):
            await socket.send_bytes(audio[at : at + _PIECE])
        await socket.send_json({"type": "CloseStream"})
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            result = json.loads(message.data)
            if result["type"] == "Results":
                found.append(result["channel"]["alternatives"][0]["transcript"])
    return " ".join(found).strip()


def _played(frames: list[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """Frames without the jitter of their arrival: one after the other, but for pauses."""
    until: float | None = None
    for at, frame in frames:
        begin = at if until is None or at - until >= UNDERRUN_AT_MOST else until
        yield begin, frame
        until = begin + FRAME_SECONDS


def is_part(words: str, *, of: str) -> bool:
    """Whether a text holds these words, whatever is between them."""
    return _letters(words) in _letters(of)


def alike(understood: str, said: str) -> bool:
    """Whether one is what a poor ear makes of the other: letters in the same order, mostly."""
    ours, theirs = _letters(understood), _letters(said)
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _ALIKE


def _letters(text: str) -> str:
    """The letters alone, those of the numbers' names too: an ear may write either."""
    worded = _NUMBER.sub(
        lambda number: str(english().number_to_words(number[0])), text.replace("$", "dollars")
    )
    return "".join(_LETTER.findall(worded.casefold()))


@cache
def english() -> "inflect.engine":
    """Who knows the names of numbers; to be asked once before calls are timed."""
    import inflect  # noqa: PLC0415 -- it takes seconds, and every run of pytest comes by here

    return inflect.engine()


def tone_seconds(pcm: Pcm, hz: float) -> float:
    """For how long a tone of `hz` was most of what was heard."""
    block = RATE // 10
    whole = pcm[: len(pcm) // block * block].astype(np.float64).reshape(-1, block)
    turn = np.exp(-2j * np.pi * hz * np.arange(block) / RATE)
    tone = np.abs(whole @ turn) * np.sqrt(2) / block
    level = np.sqrt(np.mean(whole**2, axis=1))
    return float(np.sum((level > _LOUD) & (tone > 0.8 * level)) * block / RATE)
