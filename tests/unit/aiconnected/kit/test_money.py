"""Money in micro-units."""

import operator
from decimal import Decimal

import pytest

from aiconnected.kit.money import CurrencyMismatchError, Money, priced

pytestmark = pytest.mark.unit


def test_amounts_of_one_currency_add_up_and_compare() -> None:
    one, two = Money(micros=1_000_000), Money(micros=2_500_000)

    assert one + two == Money(micros=3_500_000)
    assert one - two == Money(micros=-1_500_000)
    assert one < two


def test_amounts_of_two_currencies_do_not_add_up() -> None:
    euro = Money(micros=1, currency="EUR")

    for operation in (operator.add, operator.sub):
        with pytest.raises(CurrencyMismatchError):
            operation(Money(micros=1), euro)


@pytest.mark.parametrize(
    ("quantity", "micros", "per", "expected"),
    [
        ("60", 4_300, "60", 4_300),
        ("1", 4_300, "60", 72),  # 71.67
        ("1", 1, "2", 0),  # 0.5: half to even
        ("3", 1, "2", 2),  # 1.5: half to even
        ("0", 1, "2", 0),
    ],
)
def test_a_quantity_is_priced_half_to_even(
    quantity: str, micros: int, per: str, expected: int
) -> None:
    assert priced(Decimal(quantity), micros=micros, per=Decimal(per)) == expected
