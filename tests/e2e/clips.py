"""What the tests' callers say: the clips of tests/data/callers, with what must come of them."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.local.cli import sound
from infra.local.cli.sound import Clip

FOLDER = Path(__file__).parents[1] / "data" / "callers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A clip; `heard` are words a recogniser must find, each with its spellings."""

    clip: Clip
    text: str
    heard: tuple[tuple[str, ...], ...] = ()

    def is_in(self, transcript: str) -> bool:
        """Whether a transcript holds what was said."""
        return contains(transcript, self.heard)


@cache
def utterance(path: str) -> Utterance:
    """A clip by set and name, such as `questions/medicaid`."""
    entry = next(one for one in _catalogue() if one["file"] == f"{path}.wav")
    return Utterance(
        clip=sound.read_wav(FOLDER / entry["file"]),
        text=entry["text"],
        heard=tuple(tuple(word) for word in entry["heard"]),
    )


def contains(text: str, words: tuple[tuple[str, ...], ...]) -> bool:
    """Whether each of `words` occurs in one of its spellings; long numbers digit by digit."""
    plain = text.casefold().replace("-", " ")
    digits = re.sub(r"\D", "", text)
    return all(
        any(
            spelling in digits
            if spelling.isdigit() and len(spelling) > 6
            else spelling.casefold().replace("-", " ") in plain
            for spelling in spellings
        )
        for spellings in words
    )


@cache
def _catalogue() -> list[dict[str, Any]]:
    return json.loads((FOLDER / "callers.json").read_text(encoding="utf-8"))
