"""The system's clocks."""

from datetime import UTC, datetime

import pytest

from aiconnected.kit.clock import SystemClock

pytestmark = pytest.mark.unit


def test_the_present_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_the_monotonic_clock_never_goes_back() -> None:
    clock = SystemClock()

    assert clock.monotonic() <= clock.monotonic()
