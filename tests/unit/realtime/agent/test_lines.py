"""Cached lines: made once, kept on disk, shared while they are being made."""

import asyncio
from pathlib import Path

import pytest

from aiconnected.calls.models import VoiceConfig
from realtime.agent.lines import LineStore
from realtime.agent.speech.failures import VendorFailure

pytestmark = pytest.mark.unit

VOICE = VoiceConfig(provider="deepgram", model="aura-2-thalia-en")


class Studio:
    """Makes lines and counts them."""

    def __init__(self, *, broken: bool = False) -> None:
        self.made: list[str] = []
        self.broken = broken

    async def __call__(self, voice: VoiceConfig, text: str) -> bytes:
        await asyncio.sleep(1)
        if self.broken:
            raise VendorFailure("http_500")
        self.made.append(f"{voice.model}:{text}")
        return text.encode()


async def test_a_line_is_made_once_for_all_who_ask(tmp_path: Path) -> None:
    studio = Studio()
    store = LineStore(tmp_path, synthesise=studio)

    lines = await asyncio.gather(*(store.get(VOICE, "hello") for _ in range(5)))

    assert {line.mulaw for line in lines} == {b"hello"}
    assert studio.made == ["aura-2-thalia-en:hello"]
    assert store.at_hand(VOICE, "hello") is lines[0]


async def test_another_process_finds_the_line_on_disk(tmp_path: Path) -> None:
    await LineStore(tmp_path, synthesise=Studio()).get(VOICE, "hello")
    studio = Studio()

    line = await LineStore(tmp_path, synthesise=studio).get(VOICE, "hello")

    assert line.mulaw == b"hello"
    assert studio.made == []


async def test_another_voice_or_speed_is_another_line(tmp_path: Path) -> None:
    studio = Studio()
    store = LineStore(tmp_path, synthesise=studio)

    await store.get(VOICE, "hello")
    await store.get(VoiceConfig(provider="deepgram", model="aura-2-thalia-en", rate=1.1), "hello")

    assert len(studio.made) == 2


async def test_a_line_that_cannot_be_made_is_tried_again_the_next_time(tmp_path: Path) -> None:
    studio = Studio(broken=True)
    store = LineStore(tmp_path, synthesise=studio)
    with pytest.raises(VendorFailure):
        await store.get(VOICE, "hello")
    studio.broken = False

    assert (await store.get(VOICE, "hello")).mulaw == b"hello"


async def test_a_folder_that_cannot_be_written_keeps_nobody_from_hearing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = LineStore(tmp_path / "file", synthesise=Studio())

    assert (await store.get(VOICE, "hello")).mulaw == b"hello"


async def test_closing_gives_up_what_is_being_made(tmp_path: Path) -> None:
    studio = Studio()
    store = LineStore(tmp_path, synthesise=studio)
    asking = asyncio.create_task(store.get(VOICE, "hello"))
    await asyncio.sleep(0.5)

    await store.close()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert studio.made == []
