"""Limits of requests as settings name them."""

import pytest

from aiconnected.kit.limits import Limit, Window, limits_of

pytestmark = pytest.mark.unit


def test_a_setting_names_a_limit_for_each_window() -> None:
    assert limits_of("20/minute, 100/hour,500/day") == (
        Limit(window=Window.MINUTE, requests=20),
        Limit(window=Window.HOUR, requests=100),
        Limit(window=Window.DAY, requests=500),
    )
    assert limits_of("off") == ()


@pytest.mark.parametrize("text", ["", "20", "20/second", "many/minute", "0/minute", "-1/day", ","])
def test_what_names_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        limits_of(text)


@pytest.mark.parametrize("window", Window)
def test_a_full_window_has_its_own_code(window: Window) -> None:
    assert window.code == f"RATE_LIMIT_{window.upper()}"
    assert window.code.status == 429
