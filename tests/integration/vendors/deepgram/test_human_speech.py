"""/v1/listen and people who really spoke: how many words are wrong, and where their turns end.

The recordings lie beside the checkout and are not part of it; tests/integration/vendors/conftest.py
leaves this module out where they are missing.
"""

import json
import re
import wave
from difflib import SequenceMatcher

import pytest

from tests.fixtures.deepgram_server import DeepgramServer
from tests.integration.vendors.conftest import HUMAN_SPEECH
from tests.integration.vendors.deepgram.conversation import hear, turns

pytestmark = pytest.mark.integration

RATE = 16_000
REFERENCES: dict[str, str] = json.loads((HUMAN_SPEECH / "refs.json").read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def right(said: str, understood: str) -> int:
    """How many of the words that were said are understood, in order."""
    matcher = SequenceMatcher(None, words(said), words(understood), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def quiet(seconds: float) -> bytes:
    return bytes(2 * int(RATE * seconds))


def recorded(name: str) -> bytes:
    with wave.open(str(HUMAN_SPEECH / "tel" / f"{name}.wav")) as recording:
        assert (recording.getframerate(), recording.getnchannels()) == (RATE, 1)
        return recording.readframes(recording.getnframes())


async def understood(deepgram: DeepgramServer, name: str) -> list[str]:
    return turns(
        await hear(
            deepgram,
            quiet(0.5) + recorded(name) + quiet(1.0),
            frame=RATE // 50 * 2,
            encoding="linear16",
            sample_rate=str(RATE),
        )
    )


async def test_four_of_five_words_of_people_on_the_telephone_are_understood(
    deepgram: DeepgramServer,
) -> None:
    heard = {name: " ".join(await understood(deepgram, name)) for name in REFERENCES}

    said = sum(len(words(text)) for text in REFERENCES.values())
    found = sum(right(REFERENCES[name], text) for name, text in heard.items())
    assert found / said >= 0.8, heard  # figures are written as digits, and count as wrong


@pytest.mark.parametrize("name", [name for name in REFERENCES if name.startswith("spk")])
async def test_a_sentence_spoken_without_a_pause_is_one_turn(
    deepgram: DeepgramServer, name: str
) -> None:
    assert len(await understood(deepgram, name)) == 1
