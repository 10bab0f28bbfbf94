"""Telephone numbers in E.164."""

import pytest

from aiconnected.kit.phone import InvalidPhone, e164

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+12125550142", "+12125550142"),
        ("(212) 555-0142", "+12125550142"),
        (" 1 212 555 0142 ", "+12125550142"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_number_is_kept_in_one_form(text: str, expected: str) -> None:
    assert e164(text) == expected


def test_a_national_number_is_read_as_of_its_region() -> None:
    assert e164("020 7946 0958", region="GB") == "+442079460958"


@pytest.mark.parametrize("text", ["", "call me", "123", "+1212555014299999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidPhone) as raised:
        e164(text)

    assert raised.value.error_code == "VAL_INVALID_PHONE"
