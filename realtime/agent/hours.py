"""A tenant's opening hours, in data and in words."""

from collections.abc import Sequence
from datetime import date, datetime, time

from aiconnected.calls.models import CallConfig, OpeningHours

_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOON = 12


def on_day(config: CallConfig, day: date) -> dict[str, object]:
    """Whether and when the tenant is open on `day`, holidays considered."""
    holiday = next((found for found in config.holidays if found.day == day), None)
    spans = [
        (entry.opens, entry.closes) for entry in config.hours if entry.weekday == day.weekday()
    ]
    name = ""
    if holiday is not None:
        name = holiday.name
        spans = []
        if holiday.opens is not None and holiday.closes is not None:
            spans = [(holiday.opens, holiday.closes)]
    reason = f" ({name})" if name else ""
    return {
        "date": day.isoformat(),
        "weekday": _WEEK[day.weekday()],
        "open": bool(spans),
        "hours": [
            {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in spans
        ],
        "spoken": _sentence(f"On {spoken_day(day)}{reason} we are {_spoken_spans(spans)}"),
    }


def week(config: CallConfig) -> dict[str, object]:
    """The ordinary week and the holidays that are known."""
    days = [
        {"weekday": name, "spoken": _spoken_spans(_spans(config.hours, index))}
        for index, name in enumerate(_WEEK)
    ]
    spoken = "; ".join(f"{day['weekday']} {day['spoken']}" for day in days)
    holidays = [
        {"date": found.day.isoformat(), "name": found.name, "open": found.opens is not None}
        for found in config.holidays
    ]
    return {"week": days, "holidays": holidays, "spoken": _sentence(f"Our hours: {spoken}")}


def spoken_time(at: time) -> str:
    """As a person says it: 9 a.m., 2:30 p.m."""
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % _NOON or _NOON}{minutes} {'a.m.' if at.hour < _NOON else 'p.m.'}"


def spoken_day(day: date) -> str:
    """As a person says it: Tuesday, November 24."""
    return f"{_WEEK[day.weekday()]}, {day:%B} {day.day}"


def spoken_start(start: datetime) -> str:
    """Day and time together; `start` is in the tenant's zone."""
    return f"{spoken_day(start.date())} at {spoken_time(start.time())}"


def _spans(hours: Sequence[OpeningHours], weekday: int) -> list[tuple[time, time]]:
    return [(entry.opens, entry.closes) for entry in hours if entry.weekday == weekday]


def _spoken_spans(spans: Sequence[tuple[time, time]]) -> str:
    if not spans:
        return "closed"
    each = [f"from {spoken_time(opens)} to {spoken_time(closes)}" for opens, closes in spans]
    return f"open {' and '.join(each)}"


def _sentence(words: str) -> str:
    """With one full stop, also after "p.m."."""
    return words if words.endswith(".") else f"{words}."
