"""Email addresses as they are kept."""

import pytest

from aiconnected.kit.emails import InvalidEmail, normal_email

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Maria@Example.COM ", "maria@example.com"),
        ("o'brien+calls@mail.example.co.uk", "o'brien+calls@mail.example.co.uk"),
    ],
)
def test_an_address_is_kept_in_lower_case(text: str, expected: str) -> None:
    assert normal_email(text) == expected


@pytest.mark.parametrize(
    "text", ["", "maria", "maria@", "@example.com", "a@b", "a b@example.com", "a@b@example.com"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        normal_email(text)


def test_an_address_has_at_most_254_letters() -> None:
    domain = "@example.com"

    assert normal_email("a" * (254 - len(domain)) + domain)
    with pytest.raises(InvalidEmail):
        normal_email("a" * (255 - len(domain)) + domain)
