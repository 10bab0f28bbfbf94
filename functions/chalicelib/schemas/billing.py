"""Plans, the price book, subscriptions and invoices as they are given and shown."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, JsonValue

from aiconnected.billing.features import Feature
from aiconnected.billing.models import InvoiceStatus, SubscriptionStatus
from aiconnected.contracts.facts import Component
from aiconnected.usage.models import RateKind
from chalicelib.schemas.envelopes import Given, Moment, MoneyShown, Shown, Slug, Text

_Micros = Annotated[int, Field(ge=0, le=10**15, description="Millionths of a unit.")]
_Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"])]
_Code = Annotated[Slug, Field(max_length=50)]
_Name = Annotated[Text, Field(min_length=1, max_length=100)]
_Features = Annotated[
    list[Feature], Field(max_length=100, description="What the plan opens beyond the common.")
]
_PriceId = Annotated[Text, Field(min_length=1, max_length=255)]
_Minutes = Annotated[int, Field(ge=0, le=100_000_000)]
_Many = Annotated[int, Field(ge=1, le=1_000_000)]


class PlanGiven(Given):
    """A new plan."""

    code: _Code
    name: _Name
    description: Annotated[Text, Field(max_length=5_000)] = ""
    monthly_fee_micros: _Micros
    included_minutes: _Minutes = 0
    overage_micros: _Micros = 0
    currency: _Currency = "USD"
    max_tenants: _Many | None = None
    max_concurrent_calls: _Many | None = None
    features: _Features = Field(default_factory=list)
    stripe_price_id: _PriceId | None = None
    is_public: bool = True


class PlanChanged(Given):
    """What is to change of a plan. Its currency stays."""

    code: _Code = ""
    name: _Name = ""
    description: Annotated[Text, Field(max_length=5_000)] = ""
    monthly_fee_micros: _Micros = 0
    included_minutes: _Minutes = 0
    overage_micros: _Micros = 0
    max_tenants: _Many | None = None
    max_concurrent_calls: _Many | None = None
    features: _Features = Field(default_factory=list)
    stripe_price_id: _PriceId | None = None
    is_public: bool = True


class PlanShown(Shown):
    """A plan."""

    id: UUID
    code: str
    name: str
    description: str
    monthly_fee: MoneyShown
    included_minutes: int
    overage: MoneyShown = Field(description="For each minute beyond the included ones.")
    max_tenants: int | None
    max_concurrent_calls: int | None
    features: list[str]
    stripe_price_id: str | None
    is_public: bool
    created_at: datetime
    updated_at: datetime


class RateGiven(Given):
    """A new line of the price book; the newest in force applies."""

    agency_id: UUID | None = Field(default=None, description="Null is for every agency.")
    kind: RateKind
    component: Component
    provider: Annotated[Text, Field(max_length=50)] = Field("", description="Empty is every one.")
    model: Annotated[Text, Field(max_length=100)] = Field("", description="Empty is every one.")
    unit: Annotated[str, Field(pattern=r"^(second|token|character)$")]
    micros: _Micros
    per: Annotated[Decimal, Field(gt=0, le=10**9, decimal_places=6)] = Decimal(1)
    currency: _Currency = "USD"
    valid_from: Moment
    source: Annotated[Text, Field(max_length=500)] = ""


class RateShown(Shown):
    """A line of the price book: `amount` for each `per` units."""

    id: UUID
    agency_id: UUID | None
    kind: RateKind
    component: Component
    provider: str
    model: str
    unit: str
    amount: MoneyShown
    per: float
    valid_from: datetime
    source: str
    created_at: datetime


class SubscriptionShown(Shown):
    """What an agency is subscribed to."""

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


class InvoiceShown(Shown):
    """What is owed for a time."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    number: str
    status: InvoiceStatus
    period_starts_at: datetime
    period_ends_at: datetime
    subtotal: MoneyShown
    tax: MoneyShown
    total: MoneyShown
    lines: list[dict[str, JsonValue]]
    issued_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    created_at: datetime
    updated_at: datetime


class BillingEventShown(Shown):
    """What a payment provider said, and when."""

    id: UUID
    agency_id: UUID | None
    tenant_id: UUID | None
    provider: str
    external_id: str
    type: str
    body: dict[str, JsonValue]
    occurred_at: datetime
