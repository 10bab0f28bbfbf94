"""Reads `targets.toml`: what is promised, and under which conditions it is measured."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("targets.toml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(_Part):
    """A promise: the value of the row of this name is at most `at_most`."""

    unit: str
    at_most: float
    title: str


class ModelSpeed(_Part):
    """How fast the scripted model answers."""

    first_token_ms: int
    tokens_per_second: float


class Runs(_Part):
    """Turns of each run of a preset; a run is a call of its own."""

    turns: Annotated[tuple[int, ...], Field(min_length=1)]
    quick: Annotated[tuple[int, ...], Field(min_length=1)]


class Targets(_Part):
    """The whole file."""

    model: ModelSpeed
    runs: Runs
    pauses: dict[str, int]  # preset -> longest pause in ms
    targets: dict[str, Target]


def read(path: Path = FILE) -> Targets:
    """The targets; anything misspelt is refused."""
    return Targets.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
