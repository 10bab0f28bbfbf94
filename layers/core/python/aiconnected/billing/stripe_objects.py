"""Stripe's objects as its events carry them, in the parts that we keep.

Field names are Stripe's API reference's; what moved between its versions is looked for in both
places (`current_period_*` went from subscriptions to their items, `subscription_details` to
`parent`, in 2025).
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aiconnected.billing.models import InvoiceStatus, SubscriptionStatus

# Stripe, "Currencies": amounts come in the smallest unit, which is not always a hundredth.
_WHOLE = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_STATUS = {
    "trialing": SubscriptionStatus.TRIALING,
    "active": SubscriptionStatus.ACTIVE,
    "canceled": SubscriptionStatus.CANCELLED,
    "incomplete_expired": SubscriptionStatus.CANCELLED,
}
_Moment = Annotated[int, Field(ge=0, le=253_402_300_799)]  # Unix seconds, up to the year 9999
_Amount = Annotated[int, Field(ge=-(10**12), le=10**12)]


class _Stripe(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StripeData(_Stripe):
    """What an event is about."""

    object: dict[str, Any]


class StripeEvent(_Stripe):
    """One of Stripe's events. `created` is when it happened there."""

    id: Annotated[str, Field(min_length=1, max_length=255)]
    type: Annotated[str, Field(min_length=1, max_length=100)]
    created: _Moment
    data: StripeData

    @property
    def at(self) -> datetime:
        """When it happened."""
        return moment(self.created)


class _Details(_Stripe):
    metadata: dict[str, str] | None = None


class _Parent(_Stripe):
    subscription_details: _Details | None = None


class Owned(_Stripe):
    """The part that says whose something is."""

    id: str
    customer: str | None = None
    metadata: dict[str, str] | None = None
    parent: _Parent | None = None
    subscription_details: _Details | None = None

    def named(self, name: str) -> UUID | None:
        """An id of ours in the metadata, its own or its subscription's."""
        nearest = self.parent.subscription_details if self.parent else self.subscription_details
        text = (self.metadata or {}).get(name)
        if text is None and nearest is not None:
            text = (nearest.metadata or {}).get(name)
        try:
            return UUID(text) if text else None
        except ValueError:
            return None


class _Price(_Stripe):
    id: str


class _Item(_Stripe):
    price: _Price
    current_period_start: _Moment | None = None
    current_period_end: _Moment | None = None


class _Items(_Stripe):
    data: Annotated[list[_Item], Field(min_length=1)]


class StripeSubscription(Owned):
    """A subscription; its first item is the plan."""

    status: str
    items: _Items
    current_period_start: _Moment | None = None
    current_period_end: _Moment | None = None
    cancel_at: _Moment | None = None

    @property
    def standing(self) -> SubscriptionStatus:
        """Ours for theirs: what is not paid for yet is past due."""
        return _STATUS.get(self.status, SubscriptionStatus.PAST_DUE)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From when to when it is paid for."""
        item = self.items.data[0]
        starts = self.current_period_start or item.current_period_start or 0
        ends = self.current_period_end or item.current_period_end or 0
        return moment(starts), moment(max(ends, starts + 1))


class _Tax(_Stripe):
    amount: _Amount


class _Line(_Stripe):
    description: str | None = None
    amount: _Amount
    quantity: int | None = None


class _Lines(_Stripe):
    data: list[_Line] = Field(default_factory=list[_Line])


class _Transitions(_Stripe):
    finalized_at: _Moment | None = None
    paid_at: _Moment | None = None


class StripeInvoice(Owned):
    """An invoice."""

    status: Literal["draft", "open", "paid", "void", "uncollectible"] | None = None
    number: Annotated[str, Field(max_length=50)] | None = None
    currency: Annotated[str, Field(pattern=r"^[a-zA-Z]{3}$")]
    total: _Amount
    tax: _Amount | None = None
    total_taxes: list[_Tax] | None = None
    lines: _Lines = Field(default_factory=_Lines)
    period_start: _Moment
    period_end: _Moment
    due_date: _Moment | None = None
    status_transitions: _Transitions = Field(default_factory=_Transitions)

    @property
    def standing(self) -> InvoiceStatus:
        """Ours for theirs: one without a status is a draft."""
        return InvoiceStatus(self.status or "draft")

    @property
    def taxes(self) -> int:
        """In the smallest unit."""
        if self.total_taxes is not None:
            return sum(tax.amount for tax in self.total_taxes)
        return self.tax or 0


def micros(amount: int, currency: str) -> int:
    """Millionths of a unit, from Stripe's smallest unit."""
    code = currency.upper()
    if code in _WHOLE:
        return amount * 1_000_000
    return amount * (1_000 if code in _THOUSANDTHS else 10_000)


def moment(seconds: int) -> datetime:
    """A moment from Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def optional(seconds: int | None) -> datetime | None:
    """The same, of what may not have happened."""
    return None if seconds is None else moment(seconds)


def read_event(text: str) -> StripeEvent | None:
    """An event; None when it is not one of Stripe's."""
    try:
        return StripeEvent.model_validate_json(text)
    except ValidationError:
        return None
