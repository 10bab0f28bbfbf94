"""The demo's script: what the caller says, in which clip, and what must come of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from infra.local.stack.layout import ROOT

CALLERS = ROOT / "tests" / "data" / "callers"
_NUMBER = 7  # digits from which a word is a telephone number, compared by its digits alone

# Each must be met by one of its spellings, without regard to case.
Words = tuple[tuple[str, ...], ...]


class Kind(StrEnum):
    """What the caller does with a line."""

    QUESTION = "question"
    UNANSWERABLE = "unanswerable"
    BOOKING = "booking"
    TIME = "time"
    CHOICE = "choice"
    NAME = "name"
    PHONE = "phone"
    CONFIRM = "confirm"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing the caller says; `answer` are words of the right answer."""

    kind: Kind
    text: str
    clip: Path
    heard: Words
    answer: Words


def read(client: str, *, folder: Path = CALLERS) -> tuple[Line, ...]:
    """The demo's lines in their order, with the answers of this client's documents."""
    listed: list[dict[str, Any]] = json.loads((folder / "callers.json").read_text("utf-8"))
    return tuple(
        Line(
            kind=Kind(clip["kind"]),
            text=clip["text"],
            clip=folder / clip["file"],
            heard=_words(clip["heard"]),
            answer=_words(_of_client(clip["answers"], client)),
        )
        for clip in listed
        if clip["set"] == "demo" and clip["condition"] == "clean"
    )


def missing(words: Words, *, text: str) -> list[str]:
    """What `text` lacks: of each list without any of its spellings, the first one."""
    folded, digits = text.casefold(), "".join(filter(str.isdigit, text))
    return [
        spellings[0]
        for spellings in words
        if not any(_holds(folded, digits, spelling=spelling) for spelling in spellings)
    ]


def _holds(folded: str, digits: str, *, spelling: str) -> bool:
    if spelling.isdigit() and len(spelling) >= _NUMBER:
        return spelling in digits
    return spelling.casefold() in folded


def _of_client(answers: Mapping[str, Sequence[Sequence[str]]], client: str) -> Any:  # noqa: ANN401
    return answers.get(client, [])


def _words(lists: Sequence[Sequence[str]]) -> Words:
    return tuple(tuple(spellings) for spellings in lists)
