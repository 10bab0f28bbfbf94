"""Values of analytics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aiconnected.analytics.errors import PeriodInvalid
from aiconnected.contracts.facts import Component
from aiconnected.kit.money import Money

HOURS = 24
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
LONGEST = 366  # days of a period of daily figures
LONGEST_RAW = 92  # days of a period whose single records are summed
LONGEST_TURNS = 31  # days of a period whose single turns are looked at
MARKS = ("committed", "transcribed", "first_token", "first_audio", "sent", "heard")
QUANTILES = (0.5, 0.9, 0.95, 0.99)


class By(StrEnum):
    """What figures are told apart by."""

    NOTHING = "nothing"
    DAY = "day"
    TENANT = "tenant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of each client's own zone, both ends in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def check(self, *, days: int) -> None:
        """Raises `PeriodInvalid` when it is empty or longer than that."""
        if not 1 <= self.days <= days:
            raise PeriodInvalid(days=days)

    @classmethod
    def until(cls, last: date, *, days: int) -> "Period":
        """So many days, the last of them `last`."""
        return cls(first=last - timedelta(days=days - 1), last=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Whose figures; None does not narrow."""

    tenant_id: UUID | None = None
    agent_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """Sums for one key in one currency, as the database has them."""

    day: date | None
    tenant_id: UUID | None
    agent_id: UUID | None
    currency: str
    calls: int
    calls_by_status: Mapping[str, int]
    calls_by_hour: list[int]
    duration_ms: int
    turns: int
    interruptions: int
    transfers: int
    appointments: int
    cost_micros: int
    price_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Money in one currency."""

    cost: Money
    price: Money

    @property
    def margin(self) -> Money:
        """Price less cost."""
        return self.price - self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened in calls that share a key; the parts that are not the key are None."""

    day: date | None = None
    tenant_id: UUID | None = None
    agent_id: UUID | None = None
    calls: int = 0
    calls_by_status: Mapping[str, int] = field(default_factory=dict[str, int])
    calls_by_hour: tuple[int, ...] = (0,) * HOURS  # by the clock of each client
    duration_ms: int = 0
    turns: int = 0
    interruptions: int = 0
    transfers: int = 0
    appointments: int = 0
    money: tuple[Takings, ...] = ()  # a currency each

    @classmethod
    def merged(cls, rows: Iterable[FigureRow]) -> "Figures":
        """One for rows that differ in their currency alone."""
        known = list(rows)
        if not known:
            return cls()
        statuses = {name for row in known for name in row.calls_by_status}
        return cls(
            day=known[0].day,
            tenant_id=known[0].tenant_id,
            agent_id=known[0].agent_id,
            calls=sum(row.calls for row in known),
            calls_by_status={
                name: total
                for name in sorted(statuses)
                if (total := sum(row.calls_by_status.get(name, 0) for row in known))
            },
            calls_by_hour=tuple(
                sum(row.calls_by_hour[hour] for row in known) for hour in range(HOURS)
            ),
            duration_ms=sum(row.duration_ms for row in known),
            turns=sum(row.turns for row in known),
            interruptions=sum(row.interruptions for row in known),
            transfers=sum(row.transfers for row in known),
            appointments=sum(row.appointments for row in known),
            money=tuple(_takings(row) for row in known if row.cost_micros or row.price_micros),
        )

    def each(self, total: int) -> float:
        """`total` for each call."""
        return round(total / self.calls, 4) if self.calls else 0.0

    def share(self, *statuses: str) -> float:
        """Which part of the calls ended so."""
        return self.each(sum(self.calls_by_status.get(status, 0) for status in statuses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much of one component was used, and what it cost and sells for."""

    component: Component
    provider: str
    unit: str
    currency: str
    quantity: Decimal
    cost_micros: int
    price_micros: int

    @property
    def takings(self) -> Takings:
        """Its money."""
        return Takings(
            cost=Money(micros=self.cost_micros, currency=self.currency),
            price=Money(micros=self.price_micros, currency=self.currency),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long after the end of the caller's speech a mark was reached: ms at `QUANTILES`."""

    mark: str  # of aiconnected.calls.waterfall
    answers: int
    quantiles: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """A tenant some of whose days are over and not counted."""

    tenant_id: UUID
    agency_id: UUID
    timezone: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """A tenant's day in one currency."""

    day: date
    currency: str
    calls: int
    duration_ms: int
    price_micros: int


def _takings(row: FigureRow) -> Takings:
    return Takings(
        cost=Money(micros=row.cost_micros, currency=row.currency),
        price=Money(micros=row.price_micros, currency=row.currency),
    )
