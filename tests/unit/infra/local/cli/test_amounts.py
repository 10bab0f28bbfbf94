"""Money and quantities of a bill as people read them."""

import pytest

from infra.local.cli.amounts import component, money, quantity

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("micros", "currency", "shown"),
    [
        (104_824, "USD", "$0.1048"),
        (1_234_567_890, "USD", "$1,234.5679"),
        (-12_669, "USD", "-$0.0127"),
        (3, "USD", "$0.000003"),
        (-49, "USD", "-$0.000049"),
        (0, "USD", "$0.0000"),
        (5_000, "EUR", "0.0050 EUR"),
    ],
)
def test_an_amount_is_never_rounded_out_of_sight(micros: int, currency: str, shown: str) -> None:
    assert money({"micros": micros, "currency": currency}) == shown


def test_no_amount_is_a_dash() -> None:
    assert money(None) == "–"


def test_components_have_names_and_quantities_units() -> None:
    part = {"component": "llm_input", "quantity": 24474.0, "unit": "token"}

    assert component(part) == "Model, input"
    assert component({"component": "new_thing"}) == "New thing"
    assert quantity(part) == "24,474 tokens"
    assert quantity({"quantity": 1, "unit": "second"}) == "1 second"
