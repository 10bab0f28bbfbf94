"""Values of billing. Amounts are millionths of a unit of their currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aiconnected.contracts.facts import Component
from aiconnected.kit.listing import Field, Kind, Listable
from aiconnected.usage.models import RateKind


class SubscriptionStatus(StrEnum):
    """Where a subscription stands."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"  # not paid, or not yet
    CANCELLED = "cancelled"


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What can be subscribed to."""

    id: UUID
    code: str
    name: str
    description: str
    monthly_fee_micros: int
    included_minutes: int
    overage_micros: int  # for each minute beyond the included ones
    currency: str
    max_tenants: int | None
    max_concurrent_calls: int | None
    features: list[str]
    stripe_price_id: str | None
    is_public: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What makes a plan."""

    code: str
    name: str
    description: str
    monthly_fee_micros: int
    included_minutes: int
    overage_micros: int
    currency: str
    max_tenants: int | None
    max_concurrent_calls: int | None
    features: list[str]
    stripe_price_id: str | None
    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRate:
    """A line of the price book: `micros` for each `per` units from `valid_from` on."""

    id: UUID
    agency_id: UUID | None  # None is for every agency
    kind: RateKind
    component: Component
    provider: str  # empty is every provider; model likewise
    model: str
    unit: str
    micros: int
    per: Decimal
    currency: str
    valid_from: datetime
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRate:
    """What makes a line of the price book."""

    agency_id: UUID | None
    kind: RateKind
    component: Component
    provider: str
    model: str
    unit: str
    micros: int
    per: Decimal
    currency: str
    valid_from: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An agency's subscription, or one of a client's."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    plan_id: UUID
    status: SubscriptionStatus
    current_period_starts_at: datetime
    current_period_ends_at: datetime
    cancel_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What is owed for a time."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    number: str
    status: InvoiceStatus
    period_starts_at: datetime
    period_ends_at: datetime
    subtotal_micros: int
    tax_micros: int
    total_micros: int
    currency: str
    lines: Sequence[Mapping[str, object]]
    issued_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingEvent:
    """What the payment provider said and when."""

    id: UUID
    agency_id: UUID | None
    tenant_id: UUID | None
    provider: str
    external_id: str
    type: str
    body: Mapping[str, object]
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionAsOf:
    """A subscription as the payment provider had it at `as_of`."""

    stripe_id: str
    agency_id: UUID
    tenant_id: UUID | None
    plan_id: UUID
    status: SubscriptionStatus
    starts_at: datetime
    ends_at: datetime
    cancel_at: datetime | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceAsOf:
    """An invoice as the payment provider had it at `as_of`."""

    stripe_id: str
    agency_id: UUID
    tenant_id: UUID | None
    number: str
    status: InvoiceStatus
    starts_at: datetime
    ends_at: datetime
    subtotal_micros: int
    tax_micros: int
    total_micros: int
    currency: str
    lines: list[dict[str, object]]
    issued_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    as_of: datetime


def _moment(name: str, column: str) -> Field:
    return Field(name=name, kind=Kind.MOMENT, column=column, type="timestamptz", sorts=True)


PLANS = Listable(
    Field(name="id", kind=Kind.ID, column="p.id", type="uuid"),
    Field(name="code", kind=Kind.TEXT, column="p.code", type="text", sorts=True),
    Field(name="name", kind=Kind.TEXT, column="p.name", type="text", sorts=True),
    Field(name="is_public", kind=Kind.FLAG, column="p.is_public", type="boolean"),
    Field(
        name="monthly_fee_micros",
        kind=Kind.NUMBER,
        column="p.monthly_fee_micros",
        type="numeric",
        sorts=True,
    ),
    _moment("created_at", "p.created_at"),
    order="monthly_fee_micros",
    search=("p.name", "p.description"),
)
RATES = Listable(
    Field(name="id", kind=Kind.ID, column="r.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="r.agency_id", type="uuid", nullable=True),
    Field(
        name="kind",
        kind=Kind.WORD,
        column="r.kind",
        type="rate_kind_enum",
        choices=tuple(RateKind),
    ),
    Field(
        name="component",
        kind=Kind.WORD,
        column="r.component",
        type="usage_component_enum",
        choices=tuple(Component),
    ),
    Field(name="provider", kind=Kind.TEXT, column="r.provider", type="text"),
    Field(name="model", kind=Kind.TEXT, column="r.model", type="text"),
    _moment("valid_from", "r.valid_from"),
    order="-valid_from",
)
SUBSCRIPTIONS = Listable(
    Field(name="id", kind=Kind.ID, column="s.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="s.agency_id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="s.tenant_id", type="uuid", nullable=True),
    Field(name="plan_id", kind=Kind.ID, column="s.plan_id", type="uuid"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="s.status",
        type="subscription_status_enum",
        choices=tuple(SubscriptionStatus),
    ),
    _moment("current_period_ends_at", "s.current_period_ends_at"),
    _moment("created_at", "s.created_at"),
    order="-created_at",
)
INVOICES = Listable(
    Field(name="id", kind=Kind.ID, column="i.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="i.agency_id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="i.tenant_id", type="uuid", nullable=True),
    Field(name="number", kind=Kind.TEXT, column="i.number", type="text", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="i.status",
        type="invoice_status_enum",
        choices=tuple(InvoiceStatus),
    ),
    Field(
        name="total_micros",
        kind=Kind.NUMBER,
        column="i.total_micros",
        type="numeric",
        sorts=True,
    ),
    _moment("period_starts_at", "i.period_starts_at"),
    _moment("created_at", "i.created_at"),
    order="-period_starts_at",
    search=("i.number",),
)
BILLING_EVENTS = Listable(
    Field(name="id", kind=Kind.ID, column="b.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="b.agency_id", type="uuid", nullable=True),
    Field(name="type", kind=Kind.TEXT, column="b.type", type="text"),
    Field(name="provider", kind=Kind.TEXT, column="b.provider", type="text"),
    _moment("occurred_at", "b.occurred_at"),
    order="-occurred_at",
)
