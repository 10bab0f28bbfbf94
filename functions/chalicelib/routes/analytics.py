"""Analytics: figures of days that are over, and of today as it goes (B4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from aiconnected.analytics.models import By, Figures, Period, Takings, Which
from aiconnected.auth.permissions import Permission
from aiconnected.kit.csv_text import CONTENT_TYPE as CSV
from aiconnected.kit.csv_text import csv_text
from chalicelib import trail
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked
from chalicelib.schemas.analytics import (
    CallsShown,
    GroupShown,
    HourShown,
    LatencyReportShown,
    MarkShown,
    PeriodShown,
    QualityShown,
    StatusShown,
    SummaryShown,
    TakingsShown,
    UsageLineShown,
    UsageShown,
)
from chalicelib.schemas.envelopes import Answer
from chalicelib.tables import attached

if TYPE_CHECKING:
    from aiconnected.db import Scope

routes = Routes("analytics")
_BASE = "/api/v1/analytics"
_First = Annotated[date | None, Query(alias="from", description="First day.")]
_Last = Annotated[date | None, Query(alias="to", description="Last day; left out, today.")]
_HOUR, _STATUS = "hour", "status"
_EXPORTED = (
    "day", "tenant_id", "agent_id", "calls", "duration_ms", "turns", "interruptions", "transfers",
    "appointments",
)  # fmt: skip
_MONEY = ("cost_micros", "price_micros", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose figures of which days, and whether with money."""

    scope: "Scope"
    which: Which
    period: Period
    with_money: bool


@routes.get(_BASE + "/summary", access=Permission.ANALYTICS_VIEW, summary="Figures of a period")
def summary(
    request: Request,
    first: _First = None,
    last: _Last = None,
    tenant_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> Answer[SummaryShown]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id, agent_id=agent_id))
    with services.database.work(wanted.scope) as work:
        figures = services.analytics.summary(work, wanted.period, which=wanted.which)
    shown = _shown(figures, wanted) | {"period": _period(wanted)}
    return Answer(data=SummaryShown.model_validate(shown))


@routes.get(
    _BASE + "/calls",
    access=Permission.ANALYTICS_VIEW,
    summary="Calls by day, hour, status, agent or client",
)
def calls(  # noqa: PLR0917 -- one parameter a filter
    request: Request,
    by: Annotated[str, Query(pattern="^(day|hour|status|agent|tenant)$")] = By.DAY.value,
    first: _First = None,
    last: _Last = None,
    tenant_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> Answer[CallsShown]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id, agent_id=agent_id))
    whole = by in {_HOUR, _STATUS}
    with services.database.work(wanted.scope) as work:
        grouped = services.analytics.grouped(
            work, wanted.period, which=wanted.which, by=By.NOTHING if whole else By(by)
        )
    sums = grouped[0] if grouped else Figures()
    shown = CallsShown(
        period=_period(wanted),
        groups=[] if whole else [_group(figures, wanted) for figures in grouped],
        hours=[HourShown(hour=hour, calls=n) for hour, n in enumerate(sums.calls_by_hour)]
        if by == _HOUR
        else [],
        statuses=[StatusShown(status=s, calls=n) for s, n in sums.calls_by_status.items()]
        if by == _STATUS
        else [],
    )
    return Answer(data=shown)


@routes.get(_BASE + "/usage", access=Permission.ANALYTICS_VIEW, summary="What was used")
def usage(
    request: Request, first: _First = None, last: _Last = None, tenant_id: UUID | None = None
) -> Answer[UsageShown]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id))
    with services.database.work(wanted.scope) as work:
        used = services.analytics.usage(work, wanted.period, which=wanted.which)
    lines = [
        UsageLineShown(
            component=line.component,
            provider=line.provider,
            unit=line.unit,
            quantity=float(line.quantity),
            money=_money(line.takings) if wanted.with_money else None,
        )
        for line in used
    ]
    return Answer(data=UsageShown(period=_period(wanted), lines=lines))


@routes.get(_BASE + "/quality", access=Permission.ANALYTICS_VIEW, summary="How well it went")
def quality(
    request: Request,
    first: _First = None,
    last: _Last = None,
    tenant_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> Answer[QualityShown]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id, agent_id=agent_id))
    with services.database.work(wanted.scope) as work:
        figures = services.analytics.summary(work, wanted.period, which=wanted.which)
    return Answer(
        data=QualityShown(
            period=_period(wanted),
            calls=figures.calls,
            turns_per_call=figures.each(figures.turns),
            interruptions_per_call=figures.each(figures.interruptions),
            transfer_rate=figures.each(figures.transfers),
            completion_rate=figures.share("completed", "transferred"),
            abandonment_rate=figures.share("abandoned"),
            failure_rate=figures.share("failed", "refused"),
            appointments_per_call=figures.each(figures.appointments),
            average_seconds=_average(figures),
        )
    )


@routes.get(
    _BASE + "/latency",
    access=Permission.ANALYTICS_ADVANCED,
    summary="How long callers waited, at most 31 days",
)
def latency(
    request: Request, first: _First = None, last: _Last = None, tenant_id: UUID | None = None
) -> Answer[LatencyReportShown]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id))
    with services.database.work(wanted.scope) as work:
        found = services.analytics.waits(work, wanted.period, which=wanted.which)
    marks = [
        MarkShown(mark=each.mark, answers=each.answers, **_quantiles(each.quantiles))
        for each in found
    ]
    return Answer(data=LatencyReportShown(period=_period(wanted), marks=marks))


@routes.get(
    _BASE + "/export",
    access=Permission.ANALYTICS_EXPORT,
    summary="Figures by day, client and agent as CSV",
)
def export(
    request: Request, first: _First = None, last: _Last = None, tenant_id: UUID | None = None
) -> Response[str]:
    services, _ = asked(request)
    wanted = _asked(request, first, last, Which(tenant_id=tenant_id))
    with services.database.work(wanted.scope) as work:
        found = services.analytics.each(work, wanted.period, which=wanted.which)
        trail.exported(services, work, action="analytics.exported", count=len(found))
    header = _EXPORTED + _MONEY if wanted.with_money else _EXPORTED
    rows = [row for figures in found for row in _rows(figures, wanted)]
    return attached(csv_text(header, rows), name="analytics.csv", content_type=CSV)


def _asked(request: Request, first: date | None, last: date | None, which: Which) -> _Asked:
    services, principal = asked(request)
    named = () if which.tenant_id is None else (which.tenant_id,)
    return _Asked(
        scope=scope_for(request, *named, reason="read analytics"),
        which=which,
        period=services.analytics.period(first, last),
        with_money=principal.sees_money,
    )


def _period(wanted: _Asked) -> PeriodShown:
    return PeriodShown.model_validate(wanted.period)


def _money(takings: Takings) -> TakingsShown:
    return TakingsShown.model_validate(takings)


def _average(figures: Figures) -> float:
    return round(figures.each(figures.duration_ms) / 1000, 1)


def _shown(figures: Figures, wanted: _Asked) -> dict[str, object]:
    return {
        "calls": figures.calls,
        "calls_by_status": dict(figures.calls_by_status),
        "minutes": round(figures.duration_ms / 60_000, 2),
        "average_seconds": _average(figures),
        "turns": figures.turns,
        "interruptions": figures.interruptions,
        "transfers": figures.transfers,
        "appointments": figures.appointments,
        "money": [_money(each) for each in figures.money] if wanted.with_money else None,
    }


def _group(figures: Figures, wanted: _Asked) -> GroupShown:
    return GroupShown.model_validate(
        _shown(figures, wanted)
        | {"day": figures.day, "tenant_id": figures.tenant_id, "agent_id": figures.agent_id}
    )


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    names = ("p50_ms", "p90_ms", "p95_ms", "p99_ms")
    return {name: round(value, 3) for name, value in zip(names, values, strict=True)}


def _rows(figures: Figures, wanted: _Asked) -> list[list[object]]:
    """A row; one a currency when money is shown and there is any."""
    counts: list[object] = [getattr(figures, name) for name in _EXPORTED]
    if not wanted.with_money:
        return [counts]
    money: list[list[object]] = [
        [each.cost.micros, each.price.micros, each.cost.currency] for each in figures.money
    ]
    return [counts + columns for columns in money or [[0, 0, ""]]]
