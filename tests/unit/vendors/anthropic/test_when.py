"""Days and times as callers say them."""

from datetime import date, time

import pytest

from infra.local.vendors.anthropic.receptionist.when import (
    When,
    parse,
    part_of,
    spoken_clock,
    spoken_day,
)

pytestmark = pytest.mark.unit

SATURDAY = date(2026, 11, 21)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Tuesday, please", TUESDAY),
        ("next Tuesday", TUESDAY),
        ("tomorrow", date(2026, 11, 22)),
        ("the day after tomorrow", MONDAY),
        ("today", SATURDAY),
        ("in two weeks", date(2026, 12, 5)),
        ("in a week", date(2026, 11, 28)),
        ("sometime next week", MONDAY),
        ("Saturday", date(2026, 11, 28)),
        ("the twenty fourth", TUESDAY),
        ("the 24th", TUESDAY),
        ("November 24th", TUESDAY),
        ("the third of December", None),
        ("December 3", date(2026, 12, 3)),
        ("the 3rd of January", date(2027, 1, 3)),
        ("12/3", date(2026, 12, 3)),
        ("2026-11-25", WEDNESDAY),
        ("Wensday", WEDNESDAY),
        ("choose day", TUESDAY),
        ("tommorow", date(2026, 11, 22)),
        ("the first one", None),
        ("I have two kids", None),
    ],
)
def test_days_are_understood(said: str, day: date | None) -> None:
    assert parse(said, SATURDAY).day == day


def test_next_means_the_following_week_from_the_same_week() -> None:
    assert parse("Wednesday", MONDAY).day == WEDNESDAY
    assert parse("next Wednesday", MONDAY).day == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("Tuesday at ten", time(10)),
        ("ten", time(10)),
        ("Ten, please.", time(10)),
        ("10 AM is good", time(10)),
        ("the ten o'clock one", time(10)),
        ("half past two", time(14, 30)),
        ("quarter to three", time(14, 45)),
        ("a quarter past nine", time(9, 15)),
        ("ten thirty works", time(10, 30)),
        ("1030 am", time(10, 30)),
        ("Tuesday, 9:30", time(9, 30)),
        ("at 4", time(16)),
        ("noon on Monday", time(12)),
        ("seven in the evening", time(19)),
        ("two thirty p.m.", time(14, 30)),
        ("15:45", time(15, 45)),
        ("the first one", None),
        ("that one", None),
        ("in two weeks", None),
        ("for one person", None),
        ("about ten percent", None),
    ],
)
def test_hours_are_understood(said: str, clock: time | None) -> None:
    assert parse(said, SATURDAY).clock == clock


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("Tuesday morning", "morning"),
        ("after lunch", "afternoon"),
        ("in the evening", "evening"),
        ("Tuesday", None),
    ],
)
def test_parts_of_the_day_are_understood(said: str, part: str | None) -> None:
    assert parse(said, SATURDAY).part == part


@pytest.mark.parametrize("said", ["any time", "as soon as possible", "whatever works", "ASAP"])
def test_leaving_it_open_is_understood(said: str) -> None:
    assert parse(said, SATURDAY) == When(anything=True)


@pytest.mark.parametrize("said", ["Maria Lopez", "Yes, please.", "It hurts", ""])
def test_what_speaks_of_no_time_is_empty(said: str) -> None:
    assert not parse(said, SATURDAY)


def test_a_weekday_is_understood_without_a_calendar() -> None:
    assert parse("Tuesday at ten", None) == When(weekday=1, clock=time(10))


def test_days_and_hours_are_spoken() -> None:
    assert spoken_day(TUESDAY) == "Tuesday, November 24"
    assert [spoken_clock(time(hour)) for hour in (0, 9, 12, 14)] == [
        "12 AM",
        "9 AM",
        "12 PM",
        "2 PM",
    ]
    assert spoken_clock(time(14, 30)) == "2:30 PM"
    assert [part_of(time(hour)) for hour in (9, 13, 18)] == ["morning", "afternoon", "evening"]
