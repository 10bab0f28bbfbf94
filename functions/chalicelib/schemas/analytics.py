"""Figures as they are shown; money is null for those who may not see the bills."""

from datetime import date
from uuid import UUID

from pydantic import Field

from aiconnected.contracts.facts import Component
from chalicelib.schemas.envelopes import MoneyShown, Shown


class TakingsShown(Shown):
    """Money in one currency."""

    cost: MoneyShown
    price: MoneyShown
    margin: MoneyShown


class PeriodShown(Shown):
    """Days of each client's own zone, both ends in it."""

    first: date
    last: date


class FiguresShown(Shown):
    """What happened in calls."""

    calls: int
    calls_by_status: dict[str, int]
    minutes: float
    average_seconds: float
    turns: int
    interruptions: int
    transfers: int
    appointments: int
    money: list[TakingsShown] | None = Field(description="By currency.")


class SummaryShown(FiguresShown):
    """All calls of a period."""

    period: PeriodShown


class GroupShown(FiguresShown):
    """Calls that share a day, a client or an agent."""

    day: date | None
    tenant_id: UUID | None
    agent_id: UUID | None


class HourShown(Shown):
    """Calls that began in an hour of the day, by the clock of each client."""

    hour: int
    calls: int


class StatusShown(Shown):
    """Calls that ended so."""

    status: str
    calls: int


class CallsShown(Shown):
    """Calls of a period as `by` asks; the other lists are empty."""

    period: PeriodShown
    groups: list[GroupShown]
    hours: list[HourShown]
    statuses: list[StatusShown]


class UsageLineShown(Shown):
    """How much of one component was used."""

    component: Component
    provider: str
    unit: str
    quantity: float
    money: TakingsShown | None


class UsageShown(Shown):
    """What calls and documents of a period used."""

    period: PeriodShown
    lines: list[UsageLineShown]


class QualityShown(Shown):
    """How well conversations went, for each call or as a share of all."""

    period: PeriodShown
    calls: int
    turns_per_call: float
    interruptions_per_call: float
    transfer_rate: float
    completion_rate: float = Field(description="Completed or transferred, of all.")
    abandonment_rate: float
    failure_rate: float = Field(description="Failed or refused, of all.")
    appointments_per_call: float
    average_seconds: float


class MarkShown(Shown):
    """Milliseconds from the end of the caller's speech to a mark of the answer."""

    mark: str
    answers: int
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float


class LatencyReportShown(Shown):
    """How long callers waited."""

    period: PeriodShown
    marks: list[MarkShown]
