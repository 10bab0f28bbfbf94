"""Tools as the request declares them: which facts their arguments want, read from the schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, cast

from infra.local.vendors.anthropic.receptionist.words import concepts

Json: TypeAlias = Mapping[str, object]


class Fact(StrEnum):
    """What the receptionist may know that an argument may ask for."""

    SLOT = "slot"
    START = "start"
    DATE = "date"
    PART = "part"
    NAME = "name"
    PHONE = "phone"
    SERVICE = "service"
    QUERY = "query"
    REASON = "reason"


# Tried in this order on the argument's name, then on its description.
_WANTED: tuple[tuple[Fact, re.Pattern[str]], ...] = (
    (Fact.SLOT, re.compile(r"slot")),
    (Fact.PART, re.compile(r"part of (?:the )?day|day part|morning or")),
    (Fact.PHONE, re.compile(r"phone|callback number|contact number|mobile|\btel")),
    (Fact.START, re.compile(r"\bstart|date ?time|\btime\b")),
    (Fact.DATE, re.compile(r"\bdate\b|\bday\b")),
    (
        Fact.SERVICE,
        re.compile(
            r"service|treatment|procedure|appointment type|type of (?:visit|job|appointment)"
            r"|purpose"
        ),
    ),
    (Fact.NAME, re.compile(r"\bname\b")),
    (Fact.QUERY, re.compile(r"query|question|search")),
    (Fact.REASON, re.compile(r"reason|why|summary|note")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One property of a tool's input schema."""

    name: str
    fact: Fact | None  # None: nothing the receptionist keeps; the caller has to be asked
    required: bool
    nullable: bool
    choices: tuple[str, ...]
    longest: int | None  # characters
    label: str  # how to ask for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One declared tool."""

    name: str
    arguments: tuple[Argument, ...]

    @classmethod
    def read(cls, declared: Json) -> "Tool":
        """Read an entry of `tools`."""
        schema = cast("Json", declared["input_schema"])
        properties = cast("Mapping[str, Json]", schema.get("properties") or {})
        required = cast("list[str]", schema.get("required") or [])
        return cls(
            name=str(declared["name"]),
            arguments=tuple(
                _argument(name, entry, required=name in required)
                for name, entry in properties.items()
            ),
        )

    def wants(self, fact: Fact, *, required: bool = False) -> bool:
        """Tell whether an argument takes this fact."""
        return any(
            one.fact is fact and (one.required or not required) and not (required and one.nullable)
            for one in self.arguments
        )

    def unknown(self, known: Mapping[str, str]) -> Argument | None:
        """Return the first required argument that only the caller can supply and has not."""
        for one in self.arguments:
            if one.required and not one.nullable and one.fact is None and one.name not in known:
                return one
        return None

    def fill(
        self, facts: Mapping[Fact, str | None], extra: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        """Return arguments from what is known; nullable ones that are not known become null."""
        filled: dict[str, object] = {}
        for one in self.arguments:
            value = facts.get(one.fact) if one.fact else (extra or {}).get(one.name)
            if value and one.choices:
                value = _closest(value, one.choices)
            if value:
                filled[one.name] = value[: one.longest]
            elif one.required and one.nullable:
                filled[one.name] = None
        return filled


def _argument(name: str, entry: Json, *, required: bool) -> Argument:
    readable = re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).lower()
    description = str(entry.get("description", ""))
    kinds, length = _kinds(entry), entry.get("maxLength")
    return Argument(
        name=name,
        fact=_fact(readable) or _fact(description.lower()),
        required=required,
        nullable="null" in kinds,
        choices=tuple(
            str(choice) for choice in cast("list[object]", entry.get("enum") or []) if choice
        ),
        longest=length if isinstance(length, int) else None,
        label=readable,
    )


def _fact(text: str) -> Fact | None:
    return next((fact for fact, pattern in _WANTED if pattern.search(text)), None)


def _kinds(entry: Json) -> set[str]:
    """Return the JSON types a property may have, also through `anyOf`."""
    declared = entry.get("type", [])
    kinds = {declared} if isinstance(declared, str) else set(cast("list[str]", declared))
    for option in cast("list[Json]", entry.get("anyOf") or []):
        kinds |= _kinds(option)
    return kinds


def _closest(value: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that shares most words with the value, None when none does."""
    wanted = concepts(value)
    shared = {choice: len(wanted & concepts(choice.replace("_", " "))) for choice in choices}
    best = max(choices, key=lambda choice: shared[choice])
    return best if shared[best] else None
