"""Rates: which of them applies, and what it makes of a quantity."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aiconnected.contracts.facts import Component
from aiconnected.kit.ids import new_id
from aiconnected.kit.money import Money
from aiconnected.usage.models import CallCost, ComponentCost, Measured, Rate, RateKind, apply_rate

pytestmark = pytest.mark.unit

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


NOVA = Rate(
    id=new_id(),
    kind=RateKind.COST,
    component=Component.STT,
    unit="second",
    micros=4300,
    per=Decimal(60),
    currency="USD",
    valid_from=JANUARY,
)
HEARD = Measured(
    component=Component.STT,
    provider="deepgram",
    model="nova-2",
    unit="second",
    quantity=Decimal(90),
    at=JUNE,
    ref="stt",
)


def test_a_minute_and_a_half_costs_one_and_a_half_rates() -> None:
    amount = apply_rate([NOVA], HEARD, kind=RateKind.COST)

    assert amount is not None
    assert (amount.micros, amount.currency) == (6450, "USD")


@pytest.mark.parametrize(
    ("quantity", "micros"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.500001", 3), ("3.5", 4)]
)
def test_half_a_micro_goes_to_the_even_one(quantity: str, micros: int) -> None:
    one = replace(NOVA, id=new_id(), micros=1, per=Decimal(1))

    amount = apply_rate([one], replace(HEARD, quantity=Decimal(quantity)), kind=RateKind.COST)

    assert amount is not None
    assert amount.micros == micros


def test_the_rate_of_the_model_wins_over_the_providers_and_the_general_one() -> None:
    general, provider = NOVA, replace(NOVA, id=new_id(), provider="deepgram", valid_from=JUNE)
    model = replace(NOVA, id=new_id(), provider="deepgram", model="nova-2")

    amount = apply_rate([model, general, provider], HEARD, kind=RateKind.COST)

    assert amount is not None
    assert amount.rate_id == model.id


def test_an_agencys_own_rate_wins_over_the_platforms() -> None:
    own, platform = replace(NOVA, id=new_id(), agency_id=new_id()), replace(NOVA, model="nova-2")

    amount = apply_rate([own, platform], HEARD, kind=RateKind.COST)

    assert amount is not None
    assert amount.rate_id == own.id


def test_the_latest_rate_in_force_applies() -> None:
    old, current = NOVA, replace(NOVA, id=new_id(), valid_from=JUNE)
    future = replace(NOVA, id=new_id(), valid_from=datetime(2026, 12, 1, tzinfo=UTC))

    amount = apply_rate([current, future, old], HEARD, kind=RateKind.COST)

    assert amount is not None
    assert amount.rate_id == current.id


@pytest.mark.parametrize(
    "changes",
    [
        {"component": Component.TTS},
        {"unit": "character"},
        {"provider": "other"},
        {"model": "other"},
        {"valid_from": datetime(2027, 1, 1, tzinfo=UTC)},
        {"kind": RateKind.PRICE},
    ],
)
def test_a_rate_for_something_else_does_not_apply(changes: dict[str, Any]) -> None:
    assert apply_rate([replace(NOVA, **changes)], HEARD, kind=RateKind.COST) is None


def test_the_bill_is_the_sum_of_its_parts() -> None:
    parts = [
        ComponentCost(
            component=component,
            quantity=Decimal(1),
            unit="second",
            cost=Money(micros=cost),
            price=Money(micros=price),
            rated=True,
        )
        for component, cost, price in [(Component.STT, 10, 0), (Component.TELEPHONY, 5, 65)]
    ]

    bill = CallCost.of(parts, currency="USD")

    assert (bill.cost, bill.price, bill.margin) == (
        Money(micros=15),
        Money(micros=65),
        Money(micros=50),
    )
    assert [part.margin.micros for part in bill.components] == [-10, 60]
