"""Which passwords are good enough."""

import time

import pytest

from aiconnected.auth.strength import WeakPassword, check_password
from aiconnected.kit.errors import ErrorCode

pytestmark = pytest.mark.unit

EMAIL = "dana.whitfield@brightwater.example"


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "t7Qz-vw2P-kk9m", "żółta kaczka na rowerze"]
)
def test_a_long_password_that_nobody_guesses_is_good(password: str) -> None:
    check_password(password, known=(EMAIL,))


def test_a_short_password_is_refused_with_its_field() -> None:
    with pytest.raises(WeakPassword) as caught:
        check_password("t7Qz-vw2P", known=())

    assert caught.value.error_code is ErrorCode.VAL_TOO_SHORT
    assert [detail.field for detail in caught.value.details] == ["password"]


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaaaa",
        "iloveyou1234",
        EMAIL,
        EMAIL.upper(),
        "dana.whitfield",
        "brightwater.example",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, known=(EMAIL,))


def test_the_longest_password_is_judged_at_once() -> None:
    begun = time.monotonic()

    check_password("kV9!xW2@" * 32, known=(EMAIL, ""))

    assert time.monotonic() - begun < 2
