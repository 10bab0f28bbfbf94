"""What may be asked of the list of calls (PRD 16.2 to 16.4), and how a feeling is named."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from aiconnected.calls.models import Carrier, Direction
from aiconnected.calls.state import CallStatus
from aiconnected.kit.listing import Condition, Field, Kind, Listable, ListQuery, Operator


class Sentiment(StrEnum):
    """How the caller felt, by `sentiment_score` from -1 to 1."""

    POSITIVE = "positive"  # a quarter or more
    NEUTRAL = "neutral"
    NEGATIVE = "negative"  # minus a quarter or less


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
        column="c.status_word",
        type="text",
        choices=tuple(CallStatus),
        sorts=True,
    ),
    Field(
        name="direction",
        kind=Kind.WORD,
        column="c.direction_word",
        type="text",
        choices=tuple(Direction),
    ),
    Field(
        name="carrier",
        kind=Kind.WORD,
        column="c.carrier_word",
        type="text",
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
        column="c.duration",
        type="integer",
        nullable=True,
        sorts=True,
    ),
    Field(name="outcome", kind=Kind.TEXT, column="c.outcome", type="text", nullable=True),
    Field(
        name="sentiment_label",
        kind=Kind.WORD,
        column="c.sentiment_word",
        type="text",
        nullable=True,
        choices=tuple(Sentiment),
    ),
    order="-initiated_at",
    search=("transcript", "from_number", "outcome"),
)
_SKEW = timedelta(hours=1)  # between the clocks of carriers and ours
_FROM = (Operator.GT, Operator.GTE, Operator.EQ)
_TO = (Operator.LT, Operator.LTE, Operator.EQ)


def sentiment(score: float | None) -> Sentiment | None:
    """The name of a score; what the list filters by says the same in SQL."""
    if score is None:
        return None
    if abs(score) < 0.25:  # noqa: PLR2004 -- see Sentiment
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE


def takes_all(wanted: ListQuery) -> bool:
    """Whether every call of somebody's between two moments is one of the list."""
    return {each.field.name for each in wanted.conditions} <= {"tenant_id", "initiated_at"}


def begun_before(wanted: ListQuery) -> ListQuery:
    """The same list, which says that what was answered or over by a moment had begun by then.

    Otherwise the newest calls are read until the first one of a day long ago.
    """
    began = CALLS.fields["initiated_at"]
    conditions = [
        Condition(field=began, operator=Operator.LTE, value=later)
        for condition in wanted.conditions
        if condition.field.name in {"answered_at", "ended_at"} and condition.operator in _TO
        for later in _later(cast("datetime", condition.value))
    ]
    return replace(wanted, conditions=(*wanted.conditions, *conditions))


def window(wanted: ListQuery) -> tuple[datetime | None, datetime | None]:
    """First and last moment at which a call on this page can have begun; None is open."""
    since = _bounds(wanted, _FROM)
    until = _bounds(wanted, _TO)
    if wanted.place is not None and wanted.order.text == CALLS.default.text:
        until.append(cast("datetime", wanted.place.value))
    return max(since, default=None), min(until, default=None)


def _later(moment: datetime) -> list[datetime]:
    """The moment and the skew, unless that is no date any more."""
    try:
        return [moment + _SKEW]
    except OverflowError:
        return []


def _bounds(wanted: ListQuery, operators: tuple[Operator, ...]) -> list[datetime]:
    return [
        cast("datetime", condition.value)
        for condition in wanted.conditions
        if condition.field.name == "initiated_at" and condition.operator in operators
    ]
