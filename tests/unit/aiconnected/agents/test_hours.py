"""Business hours in the business's own zone."""

from datetime import UTC, date, datetime, time

import pytest

from aiconnected.agents.hours import (
    Opening,
    opening_at,
    spoken_date,
    spoken_hours,
    spoken_time,
)
from aiconnected.calls.models import Holiday, OpeningHours

pytestmark = pytest.mark.unit

HOURS = (
    OpeningHours(weekday=3, opens=time(8), closes=time(12)),
    OpeningHours(weekday=3, opens=time(13), closes=time(17, 30)),
    OpeningHours(weekday=4, opens=time(8), closes=time(12)),
)
HOLIDAYS = (
    Holiday(day=date(2026, 11, 26), name="Thanksgiving"),
    Holiday(day=date(2026, 12, 24), name="Christmas Eve", opens=time(8), closes=time(12)),
)


def opening(day: int, hour: int, minute: int = 0, *, month: int = 11) -> Opening:
    """At a wall-clock time of New York, five hours behind UTC in winter."""
    moment = datetime(2026, month, day, tzinfo=UTC).replace(hour=(hour + 5) % 24, minute=minute)
    return opening_at(moment, timezone="America/New_York", hours=HOURS, holidays=HOLIDAYS)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (7, 59, Opening.CLOSED),
        (8, 0, Opening.OPEN),
        (11, 59, Opening.OPEN),
        (12, 0, Opening.CLOSED),
        (13, 0, Opening.OPEN),
        (17, 29, Opening.OPEN),
        (17, 30, Opening.CLOSED),
    ],
)
def test_an_interval_holds_its_start_and_not_its_end(
    hour: int, minute: int, expected: Opening
) -> None:
    assert opening(19, hour, minute) is expected


def test_a_day_without_hours_is_closed() -> None:
    assert opening(21, 10) is Opening.CLOSED


def test_a_holiday_comes_before_the_weekday() -> None:
    assert opening(26, 10) is Opening.HOLIDAY
    assert opening(24, 10, month=12) is Opening.OPEN
    assert opening(24, 14, month=12) is Opening.HOLIDAY


def test_the_day_is_that_of_the_businesss_zone() -> None:
    # Friday 10 in Sydney is still Thursday evening in UTC.
    moment = datetime(2026, 11, 19, 23, tzinfo=UTC)

    assert opening_at(moment, timezone="Australia/Sydney", hours=HOURS, holidays=()) is Opening.OPEN
    assert opening_at(moment, timezone="UTC", hours=HOURS, holidays=()) is Opening.CLOSED


def test_hours_and_dates_are_written_to_be_spoken() -> None:
    assert spoken_hours(HOURS) == (
        "Monday closed; Tuesday closed; Wednesday closed; "
        "Thursday 8 AM to 12 PM and 1 PM to 5:30 PM; Friday 8 AM to 12 PM; "
        "Saturday closed; Sunday closed"
    )
    assert spoken_date(date(2026, 11, 1)) == "Sunday, November 1, 2026"
    assert [spoken_time(time(h)) for h in (0, 11, 12, 23)] == ["12 AM", "11 AM", "12 PM", "11 PM"]
