"""Dollars as they are said."""

import pytest

from infra.local.vendors.engines.spoken import spoken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A cleaning costs $129.", "A cleaning costs 129 dollars."),
        ("It is $1,250, all in.", "It is 1250 dollars, all in."),
        ("It costs $49.50 a month.", "It costs 49 dollars and 50 cents a month."),
        ("Only $1.01!", "Only 1 dollar and 1 cent!"),
        ("$5.00 each", "5 dollars each"),
        ("We open at 9.30 on day 2.", "We open at 9.30 on day 2."),
        ("The $ sign alone", "The $ sign alone"),
    ],
)
def test_the_currency_follows_its_number(text: str, said: str) -> None:
    assert spoken(text) == said
