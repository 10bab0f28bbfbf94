"""Reads `facts.yaml` and the documents beside it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from aiconnected.agents.hours import WEEKDAYS
from aiconnected.agents.models import Line, LineKind
from aiconnected.calls.models import Holiday, OpeningHours

FOLDER = Path(__file__).parent
ClockTime = Annotated[dt.time, BeforeValidator(lambda text: dt.time.fromisoformat(str(text)))]
_DAYS = {name.lower(): number for number, name in enumerate(WEEKDAYS)}


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DayHours(_Facts):
    """Opening hours of a weekday."""

    opens: ClockTime
    closes: ClockTime


class SpecialDay(_Facts):
    """A day unlike its weekday; closed without times."""

    date: dt.date
    name: str
    opens: ClockTime | None = None
    closes: ClockTime | None = None


class ServiceFacts(_Facts):
    """What the business does, how long it takes and what it costs in whole dollars."""

    slug: str
    name: str
    minutes: int
    price: int


class Greetings(_Facts):
    """First words by opening hours."""

    open: str
    after_hours: str
    holiday: str


class Lines(_Facts):
    """What the agent says by heart besides."""

    fillers: tuple[str, ...]
    still_there: str
    apology: str
    fallback: str
    goodbye: str


class AgentFacts(_Facts):
    """Who answers."""

    slug: str
    name: str
    voice: str
    persona: tuple[str, ...]
    disclosure: str
    greetings: Greetings
    lines: Lines

    def spoken(self) -> Iterator[Line]:
        """Every line known by heart."""
        for kind, text in (
            (LineKind.OPEN, self.greetings.open),
            (LineKind.AFTER_HOURS, self.greetings.after_hours),
            (LineKind.HOLIDAY, self.greetings.holiday),
            (LineKind.STILL_THERE, self.lines.still_there),
            (LineKind.APOLOGY, self.lines.apology),
            (LineKind.HANDOVER, self.lines.fallback),
            (LineKind.FAREWELL, self.lines.goodbye),
        ):
            yield Line(kind=kind, content=text.strip())
        for position, text in enumerate(self.lines.fillers):
            yield Line(kind=LineKind.FILLER, content=text, position=position)


class ClientFacts(_Facts):
    """A client of the agency."""

    slug: str
    name: str
    kind: str
    timezone: str
    phone_number: str
    fallback_phone: str
    emergency_phone: str
    address: str
    business_hours: dict[str, DayHours | None]
    holidays: tuple[SpecialDay, ...]
    services: tuple[ServiceFacts, ...]
    slots: dict[str, tuple[ClockTime, ...]]
    agent: AgentFacts

    def hours(self) -> tuple[OpeningHours, ...]:
        """The week."""
        return tuple(
            OpeningHours(weekday=_DAYS[day], opens=hours.opens, closes=hours.closes)
            for day, hours in self.business_hours.items()
            if hours is not None
        )

    def special_days(self) -> tuple[Holiday, ...]:
        """The holidays."""
        return tuple(
            Holiday(day=day.date, name=day.name, opens=day.opens, closes=day.closes)
            for day in self.holidays
        )

    def slots_on(self, weekday: int) -> tuple[dt.time, ...]:
        """When appointments begin on a weekday (0 is Monday)."""
        return self.slots.get(WEEKDAYS[weekday].lower(), ())

    def documents(self) -> Iterator["DocumentFacts"]:
        """The client's documents in the order of their names."""
        for path in sorted((FOLDER / "documents" / self.slug).glob("*.md")):
            text = path.read_text(encoding="utf-8")
            yield DocumentFacts(title=text.partition("\n")[0].lstrip("# ").strip(), text=text)


class AgencyFacts(_Facts):
    """The agency."""

    slug: str
    name: str
    timezone: str


class Facts(_Facts):
    """The whole file."""

    agency: AgencyFacts
    clients: tuple[ClientFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A document in markdown; its title is its first heading."""

    title: str
    text: str


def read(path: Path = FOLDER / "facts.yaml") -> Facts:
    """The facts; anything misspelt is refused."""
    return Facts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
