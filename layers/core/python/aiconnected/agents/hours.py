"""When a business is open, in its own time zone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from aiconnected.calls.models import Holiday, OpeningHours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Opening(StrEnum):
    """How a business stands at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"  # closed, or closed early, because of the day


def opening_at(
    moment: datetime,
    *,
    timezone: str,
    hours: Iterable[OpeningHours],
    holidays: Iterable[Holiday],
) -> Opening:
    """How the business stands at `moment` (aware): an interval holds its start, not its end."""
    local = moment.astimezone(ZoneInfo(timezone))
    for holiday in holidays:
        if holiday.day == local.date():
            opens, closes = holiday.opens, holiday.closes
            inside = opens is not None and closes is not None and opens <= local.time() < closes
            return Opening.OPEN if inside else Opening.HOLIDAY
    inside = any(
        interval.weekday == local.weekday() and interval.opens <= local.time() < interval.closes
        for interval in hours
    )
    return Opening.OPEN if inside else Opening.CLOSED


def spoken_hours(hours: Sequence[OpeningHours]) -> str:
    """The week in words, such as `Monday 8 AM to 5 PM; Sunday closed`."""
    return "; ".join(
        f"{name} {_spoken_day([i for i in hours if i.weekday == day])}"
        for day, name in enumerate(WEEKDAYS)
    )


def spoken_date(day: date) -> str:
    """Such as `Saturday, November 21, 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {day.strftime('%B')} {day.day}, {day.year}"


def spoken_time(moment: time) -> str:
    """Such as `8 AM` or `5:30 PM`."""
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004 -- noon


def _spoken_day(intervals: Sequence[OpeningHours]) -> str:
    if not intervals:
        return "closed"
    ordered = sorted(intervals, key=lambda interval: interval.opens)
    return " and ".join(f"{spoken_time(i.opens)} to {spoken_time(i.closes)}" for i in ordered)
