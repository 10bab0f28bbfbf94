"""When people may be called: by the clock where they are."""

from datetime import UTC, datetime, time

import pytest

from aiconnected.calls.calling_hours import CallingHours, zones_of
from aiconnected.tenants.settings import OutboundSettings

pytestmark = pytest.mark.unit

EAST, WEST = "America/New_York", "America/Los_Angeles"
BREAKFAST_IN_NEW_YORK = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # 08:30 there, 05:30 out west


def test_calls_begin_by_the_clock_of_who_is_called() -> None:
    hours = CallingHours()

    assert hours.permit(BREAKFAST_IN_NEW_YORK, zones=(EAST,))
    assert not hours.permit(BREAKFAST_IN_NEW_YORK, zones=(WEST,))


def test_somebody_who_may_be_in_two_zones_is_called_when_both_are_awake() -> None:
    assert not CallingHours().permit(BREAKFAST_IN_NEW_YORK, zones=(EAST, WEST))


@pytest.mark.parametrize(
    ("local", "allowed"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)]
)
def test_the_day_begins_at_eight_and_ends_before_nine(local: str, *, allowed: bool) -> None:
    at = datetime.combine(datetime(2026, 11, 23, tzinfo=UTC), time.fromisoformat(local), UTC)

    assert CallingHours().permit(at, zones=("UTC",)) is allowed


def test_a_client_may_choose_its_own_hours_and_days() -> None:
    chosen = OutboundSettings(earliest="10:00", latest="12:00", weekdays=(0,))
    hours = CallingHours.of(chosen)
    monday, tuesday = (datetime(2026, 11, day, 11, tzinfo=UTC) for day in (23, 24))

    assert hours.permit(monday, zones=("UTC",))
    assert not hours.permit(tuesday, zones=("UTC",))
    assert CallingHours.of(OutboundSettings()) == CallingHours()


@pytest.mark.parametrize(
    ("number", "zone"),
    [("+12125550143", EAST), ("+14155550123", WEST), ("+442079460000", "Europe/London")],
)
def test_a_number_tells_where_it_rings(number: str, zone: str) -> None:
    assert zones_of(number, otherwise="UTC") == (zone,)


def test_an_unknown_number_rings_where_the_client_is() -> None:
    assert zones_of("+99900000000", otherwise=EAST) == (EAST,)
    assert zones_of("anonymous", otherwise=EAST) == (EAST,)
