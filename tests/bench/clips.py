"""What the bench's callers say: clips of `tests/data/callers` with the words of a right answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from infra.local.cli.sound import Clip, read_wav

FOLDER = Path(__file__).parents[1] / "data" / "callers"

# Each list must be met by one of its spellings.
Words = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what its answer from the client's documents must hold."""

    clip: Clip
    answer: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A sentence with a pause in it."""

    clip: Clip
    sentence: str  # the same for all lengths of its pause
    pause_ms: int


def questions(client: str, *, count: int) -> list[Question]:
    """So many questions that the client's documents answer, over again when there are fewer."""
    listed = [
        Question(clip=read_wav(FOLDER / clip["file"]), answer=_words(clip["answers"][client]))
        for clip in _listed("questions")
        if client in clip["answers"] and clip["condition"] == "clean"
    ]
    return list(islice(cycle(listed), count))


def pauses(*, up_to_ms: int) -> list[Paused]:
    """The paused sentences whose pause is not longer than this."""
    return [
        Paused(
            clip=read_wav(FOLDER / clip["file"]),
            sentence=clip["text"],
            pause_ms=clip["pause_ms"],
        )
        for clip in _listed("pauses")
        if clip["pause_ms"] <= up_to_ms
    ]


def _listed(name: str) -> list[dict[str, Any]]:
    clips: list[dict[str, Any]] = json.loads((FOLDER / "callers.json").read_text("utf-8"))
    return [clip for clip in clips if clip["set"] == name]


def _words(lists: Sequence[Sequence[str]]) -> Words:
    return tuple(tuple(spellings) for spellings in lists)
