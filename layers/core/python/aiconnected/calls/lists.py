"""What may be asked of the list of calls (PRD 16.2 to 16.4), and how a feeling is named."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from aiconnected.calls.models import Carrier, Direction
from aiconnected.calls.state import CallStatus
from aiconnected.kit.listing import Condition, Field, Kind, Listable, ListQuery, Operator


class Sentiment(StrEnum):
    """How the caller felt, by `sentiment_score` from -1 to 1."""

    POSITIVE = "positive"  # a quarter or more
    NEUTRAL = "neutral"
    NEGATIVE = "negative"  # minus a quarter or less


_DURATION = "ceil(c.duration_ms / 1000.0)"
_SENTIMENT = (
    "(CASE WHEN c.sentiment_score >= 0.25 THEN 'positive'"
    " WHEN c.sentiment_score <= -0.25 THEN 'negative'"
    " WHEN c.sentiment_score IS NOT NULL THEN 'neutral' END)"
)
AFFORDABLE = 30_000.0  # what counting may cost, in the planner's units: some 30 ms
COUNTED = 2_500  # calls up to which a list says how long it is
FOUND = 1_000  # newest matches that one search looks at; a cursor goes on behind them


def _moment(name: str, *, nullable: bool = True) -> Field:
    return Field(
        name=name,
        kind=Kind.MOMENT,
        column=f"c.{name}",
        type="timestamptz",
        nullable=nullable,
        sorts=True,
    )


def _id(name: str, *, nullable: bool = False) -> Field:
    return Field(name=name, kind=Kind.ID, column=f"c.{name}", type="uuid", nullable=nullable)


CALLS = Listable(
    _id("id"),
    _id("tenant_id"),
    _id("agent_id", nullable=True),
    _id("phone_number_id", nullable=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="c.status_word",  # an index knows it, behind row-level security too
        type="text",
        choices=tuple(CallStatus),
        sorts=True,
    ),
    Field(
        name="direction",
        kind=Kind.WORD,
        column="c.direction",
        type="call_direction_enum",
        choices=tuple(Direction),
    ),
    Field(
        name="carrier",
        kind=Kind.WORD,
        column="c.carrier",
        type="carrier_enum",
        choices=tuple(Carrier),
    ),
    Field(name="external_call_id", kind=Kind.TEXT, column="c.external_call_id", type="text"),
    Field(name="from_number", kind=Kind.PHONE, column="c.from_number", type="text", sorts=True),
    Field(name="to_number", kind=Kind.PHONE, column="c.to_number", type="text"),
    _moment("initiated_at", nullable=False),
    _moment("answered_at"),
    _moment("ended_at"),
    Field(
        name="duration",
        kind=Kind.NUMBER,
        column=_DURATION,
        type="numeric",
        nullable=True,
        sorts=True,
    ),
    Field(name="outcome", kind=Kind.TEXT, column="c.outcome", type="text", nullable=True),
    Field(
        name="sentiment_label",
        kind=Kind.WORD,
        column=_SENTIMENT,
        type="text",
        nullable=True,
        choices=tuple(Sentiment),
    ),
    order="-initiated_at",
    search=("transcript", "from_number", "outcome"),
)
_FROM = (Operator.GT, Operator.GTE, Operator.EQ)
_TO = (Operator.LT, Operator.LTE, Operator.EQ)


def sentiment(score: float | None) -> Sentiment | None:
    """The name of a score; what the list filters by says the same in SQL."""
    if score is None:
        return None
    if abs(score) < 0.25:  # noqa: PLR2004 -- see Sentiment
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE


def of_tenant(wanted: ListQuery, tenant_id: UUID) -> ListQuery:
    """The same list of one tenant: an index knows its calls, the row policies alone do not."""
    condition = Condition(field=CALLS.fields["tenant_id"], operator=Operator.EQ, value=tenant_id)
    return replace(wanted, conditions=(*wanted.conditions, condition))


def window(wanted: ListQuery) -> tuple[datetime | None, datetime | None]:
    """First and last moment at which a call on this page can have begun; None is open."""
    since = _bounds(wanted, _FROM)
    until = _bounds(wanted, _TO)
    if wanted.place is not None and wanted.order.text == CALLS.default.text:
        until.append(cast("datetime", wanted.place.value))
    return max(since, default=None), min(until, default=None)


def _bounds(wanted: ListQuery, operators: tuple[Operator, ...]) -> list[datetime]:
    return [
        cast("datetime", condition.value)
        for condition in wanted.conditions
        if condition.field.name == "initiated_at" and condition.operator in operators
    ]
