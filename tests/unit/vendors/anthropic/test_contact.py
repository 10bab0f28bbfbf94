"""Names and telephone numbers as callers say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.vendors.anthropic.receptionist.contact import (
    given_name,
    introduced_name,
    phone,
    spoken_phone,
)

pytestmark = pytest.mark.unit

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("555 010 4477", "+15550104477"),
        ("It's two one two, five, five, five, zero one four seven.", "+12125550147"),
        ("two one two five five five oh one four seven", "+12125550147"),
        ("Area code 917 555 0123", "+19175550123"),
        ("twenty one two five fifty five oh one four seven", "+12125550147"),
        ("five five five double four one two three", "55544123"),
        ("1-800-555-0199", "+18005550199"),
        ("You can reach me at 212.555.0147.", "+12125550147"),
        ("+44 20 7946 0958", "+442079460958"),
        ("two one too five five five oh won four seven", "+12125550147"),
        ("this number", None),
        ("Tuesday at ten", None),
        ("I have two kids and one dog", None),
    ],
)
def test_numbers_are_understood(said: str, number: str | None) -> None:
    assert phone(said) == number


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_every_ten_digits_are_heard_in_words_and_in_figures(digits: list[int]) -> None:
    figures = "".join(map(str, digits))

    assert phone(" ".join(WORDS[digit] for digit in digits)) == f"+1{figures}"
    assert phone(figures) == f"+1{figures}"


def test_a_number_is_read_back_digit_by_digit() -> None:
    assert spoken_phone("+12125550147") == "2 1 2, 5 5 5, 0 1 4 7"
    assert spoken_phone("5550147") == "5 5 5, 0 1 4 7"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Maria Lopez", "Maria Lopez"),
        ("maria lopez", "Maria Lopez"),
        ("My name is Emily Carter.", "Emily Carter"),
        ("it's jane doe", "Jane Doe"),
        ("Sure. David Chen", "David Chen"),
        ("Yes, it's Peter O'Neill.", "Peter O'Neill"),
        ("It's John Smith, S M I T H", "John Smith"),
        ("Jean-Luc Picard and my number is 555", "Jean-Luc Picard"),
        ("It's under Garcia", "Garcia"),
        ("Yes", None),
        ("use this number", None),
        ("I'm a new patient", None),
    ],
)
def test_a_name_that_was_asked_for_is_heard(said: str, name: str | None) -> None:
    assert given_name(said) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Hi, this is Sarah Miller, I'd like an appointment", "Sarah Miller"),
        ("my name is tom baker", "Tom Baker"),
        ("this is a complaint", None),
        ("I'm looking for an appointment", None),
        ("It's for Friday", None),
    ],
)
def test_a_name_that_comes_unasked_is_heard(said: str, name: str | None) -> None:
    assert introduced_name(said) == name
