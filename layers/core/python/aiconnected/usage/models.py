"""Rates, usage records and what they sum to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aiconnected.contracts.facts import Component
from aiconnected.kit.money import CurrencyMismatchError, Money, priced

DEFAULT_CURRENCY = "USD"


class RateKind(StrEnum):
    """The two sides of the price book."""

    COST = "cost"  # what the provider takes from us
    PRICE = "price"  # what the client pays


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`micros` of `currency` for each `per` units, from `valid_from` until a later one.

    A rate without provider or model is for all of them; the more exact one wins, and an agency's
    own before the platform's.
    """

    id: UUID
    kind: RateKind
    component: Component
    unit: str
    micros: int
    per: Decimal
    currency: str
    valid_from: datetime
    provider: str = ""
    model: str = ""
    agency_id: UUID | None = None

    def covers(self, measured: "Measured") -> bool:
        """Whether the rate may price `measured`."""
        return (
            self.component is measured.component
            and self.unit == measured.unit
            and self.valid_from <= measured.at
            and self.provider in {"", measured.provider}
            and self.model in {"", measured.model}
        )

    @property
    def exactness(self) -> tuple[bool, bool, bool, datetime]:
        """Orders the rates that cover the same thing; the greatest applies."""
        own = self.agency_id is not None
        return (own, bool(self.model), bool(self.provider), self.valid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Something consumed at `at`; `ref` names it once within its call."""

    component: Component
    provider: str
    model: str
    unit: str
    quantity: Decimal
    at: datetime
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One side's amount for one record, and the rate that made it."""

    micros: int
    currency: str
    rate_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentCost:
    """What one component of a call cost, sells for and leaves."""

    component: Component
    quantity: Decimal
    unit: str
    cost: Money
    price: Money
    rated: bool  # False: something in it has no rate of cost, so `cost` is too low

    @property
    def margin(self) -> Money:
        """Price less cost."""
        return self.price - self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCost:
    """The bill of one call."""

    components: tuple[ComponentCost, ...]
    cost: Money
    price: Money

    @property
    def margin(self) -> Money:
        """Price less cost."""
        return self.price - self.cost

    @classmethod
    def of(cls, components: Iterable[ComponentCost], *, currency: str) -> "CallCost":
        """The sum of `components`."""
        parts = tuple(components)
        return cls(
            components=parts,
            cost=sum((part.cost for part in parts), Money(micros=0, currency=currency)),
            price=sum((part.price for part in parts), Money(micros=0, currency=currency)),
        )


def apply_rate(rates: Iterable[Rate], measured: Measured, *, kind: RateKind) -> Priced | None:
    """The amount by the most exact rate of `kind` in force, half to even; None without a rate."""
    covering = [rate for rate in rates if rate.kind is kind and rate.covers(measured)]
    if not covering:
        return None
    rate = max(covering, key=lambda candidate: candidate.exactness)
    micros = priced(measured.quantity, micros=rate.micros, per=rate.per)
    return Priced(micros=micros, currency=rate.currency, rate_id=rate.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRecord:
    """One measurement with its two sides; None where no rate was in force."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID | None
    document_id: UUID | None
    measured: Measured
    cost: Priced | None
    price: Priced | None

    @property
    def currency(self) -> str:
        """Of both sides."""
        found = {side.currency for side in (self.cost, self.price) if side}
        if len(found) > 1:
            raise CurrencyMismatchError(f"cost and price of one record in {sorted(found)}")
        return found.pop() if found else DEFAULT_CURRENCY
