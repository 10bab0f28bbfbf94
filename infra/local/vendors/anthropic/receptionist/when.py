"""Days and times as callers say them: "Tuesday at ten", "half past two", "the 24th"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from difflib import get_close_matches

from infra.local.vendors.anthropic.receptionist.kinds import DAYS
from infra.local.vendors.anthropic.receptionist.words import fold, word_list

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
NOON, DUSK = 12, 17  # hours at which afternoon and evening begin
OPENS = 7  # an hour said without a.m. or p.m. is taken to lie between 7:00 and 18:59
MONTHS = word_list(
    "january february march april may june july august september october november december"
)

UNITS = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_NUMBERS = {word: value for value, word in enumerate(UNITS)} | _TENS
_ORDINAL_WORDS = word_list(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS, start=1)} | {"thirtieth": 30}
_HOUR_WORD = "|".join(UNITS[1:13])
_MINUTE_WORD = (
    r"oh (?:five|\d)|five|ten|fifteen|twenty(?:[ -]five)?|thirty(?:[ -]five)?|forty(?:[ -]five)?"
    r"|fifty(?:[ -]five)?"
)
_HALF_DAY = r"(?P<half>[ap])\s?\.?\s?m\b\.?"
_HOUR = rf"(?P<hour>\d{{1,2}}|{_HOUR_WORD})"
_PART_AFTER = r"(?= (?:in the |this |tomorrow )?(?:morning|afternoon|evening)\b)"

_NO_AMOUNT = r"(?! ?(?:days?|weeks?|%|percent|dollars))"
_AGREEING = r"(?:yes|yeah|ok|okay|let's do|let's say|i'll take|make it|maybe|um|uh)"
_APPROVING = (
    r"(?:please|is (?:good|fine|great|perfect)|works|would (?:work|be)|sounds|then|would)\b"
)

# Each says where an hour may stand; a bare "one" elsewhere is a word, not a time.
_CLOCKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bhalf past {_HOUR}\b(?P<past30>)",
        rf"\b(?:a )?quarter (?:past|after) {_HOUR}\b(?P<past15>)",
        rf"\b(?:a )?quarter (?:to|till|of) {_HOUR}\b(?P<to15>)",
        rf"\b{_HOUR}[:.](?P<minute>[0-5]\d)(?:\s?{_HALF_DAY})?(?!\d)",
        rf"\b(?P<compact>[1-9]|1[0-2])(?P<minute>[0-5]\d)\s?{_HALF_DAY}",
        rf"\b{_HOUR}[ -](?P<minute>{_MINUTE_WORD})(?:\s?{_HALF_DAY})?\b",
        rf"\b{_HOUR}\s?{_HALF_DAY}",
        rf"\b{_HOUR} ?o'? ?clock\b",
        rf"\b(?:at|around|about|by|before|after|say|maybe|from)(?: the)? {_HOUR}\b{_NO_AMOUNT}",
        rf"\b(?:{'|'.join(DAYS)})s?,? (?:the )?{_HOUR}\b(?!(?:st|nd|rd|th))",
        rf"\b{_HOUR}\b{_PART_AFTER}",
        rf"\bthe {_HOUR}\b (?:slot|one|appointment|would|works|is|sounds)",
        rf"^(?:{_AGREEING},? )*{_HOUR}(?:,? {_APPROVING}.*)?$",
    )
)
_PARTS = (
    (MORNING, re.compile(r"\bmornings?\b|\bbefore (?:noon|lunch)\b|\bfirst thing\b")),
    (AFTERNOON, re.compile(r"\bafternoons?\b|\bafter (?:noon|lunch|school)\b")),
    (EVENING, re.compile(r"\bevenings?\b|\bafter work\b|\btonight\b")),
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{'|'.join(MONTHS)}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{'|'.join(MONTHS)})\b"
)
_NUMERIC = re.compile(r"\b(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])\b")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAY_OF_MONTH = re.compile(r"\b(?:the |on )?(?P<day>\d{1,2})(?:st|nd|rd|th)\b")
_IN_DAYS = re.compile(r"\bin (a|\d{1,2}|[a-z]+) (day|week)s?\b")
_ANY = re.compile(
    r"\b(?:any ?time|any day|whenever|no preference|as soon as possible|a\.?s\.?a\.?p"
    r"|(?:the )?(?:earliest|soonest|next) (?:one|available|possible|you have|you've got"
    r"|appointment|slot|opening|time)|first available|doesn't matter|don't (?:mind|care)"
    r"|you (?:pick|choose)|either|whatever works)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What was said about day and time; every part may be missing."""

    day: date | None = None
    weekday: int | None = None  # Monday 0; also set where there is no calendar to find the day
    part: str | None = None  # "morning" | "afternoon" | "evening"
    clock: time | None = None
    anything: bool = False  # the caller leaves it open

    def __bool__(self) -> bool:
        return self != When()


def parse(text: str, today: date | None) -> When:
    """Return the day and time a caller speaks of, as seen from `today`."""
    said = _repaired(fold(text).replace(",", " , "))
    said = " ".join(said.replace(" ,", ",").split()).rstrip(".!?")
    day, weekday = _day(said, today)
    clock = _clock(said)
    return When(
        day=day,
        weekday=day.weekday() if day else weekday,
        part=_part(said),
        clock=clock,
        anything=bool(_ANY.search(said)),
    )


def spoken_day(day: date) -> str:
    """Return "Tuesday, November 24"."""
    return f"{DAYS[day.weekday()].title()}, {MONTHS[day.month - 1].title()} {day.day}"


def spoken_clock(clock: time) -> str:
    """Return "10 AM" or "2:30 PM"."""
    hour = (clock.hour - 1) % 12 + 1
    minutes = f":{clock.minute:02d}" if clock.minute else ""
    return f"{hour}{minutes} {'AM' if clock.hour < NOON else 'PM'}"


def number(word: str) -> int | None:
    """Return the value of a number below 60 in digits or words, else None."""
    if word.isdigit():
        return int(word)
    tens, _, unit = word.replace("-", " ").removeprefix("oh ").partition(" ")
    if tens not in _NUMBERS or (unit and unit not in _NUMBERS):
        return int(tens) if tens.isdigit() else None
    return _NUMBERS[tens] + (_NUMBERS[unit] if unit else 0)


def _repaired(said: str) -> str:
    """Mend day names as recognisers mishear them: "wensday", "choose day", "tomorow"."""
    said = re.sub(r"\b(?:choose|chews|two's|twos|tues) ?day\b", "tuesday", said)
    said = re.sub(r"\b(?:when's|wens|wends) ?day\b", "wednesday", said)
    said = re.sub(r"\b(?:thirst|thurs|first) day\b(?! of)", "thursday", said)
    known = (*DAYS, "tomorrow", "morning", "afternoon")
    words: list[str] = []
    for word in said.split():
        bare = word.strip(",.").removesuffix("s")
        near = get_close_matches(bare, known, n=1, cutoff=0.84) if len(bare) > 5 else []  # noqa: PLR2004  # shorter words collide
        words.append(word if not near or bare == near[0] else word.replace(bare, near[0]))
    return " ".join(words)


def part_of(clock: time) -> str:
    """Return the part of the day in which an hour lies."""
    return MORNING if clock.hour < NOON else AFTERNOON if clock.hour < DUSK else EVENING


def _part(said: str) -> str | None:
    return next((part for part, pattern in _PARTS if pattern.search(said)), None)


def _clock(said: str) -> time | None:
    if re.search(r"\b(?:at|around|about|by) noon\b|\bmidday\b|^noon\b|\bday at noon\b", said):
        return time(NOON)
    for pattern in _CLOCKS:
        if match := pattern.search(said):
            clock = _time(match, said)
            if clock:
                return clock
    return None


def _time(match: re.Match[str], said: str) -> time | None:
    found = match.groupdict()
    hour = number(found.get("hour") or found.get("compact") or "")
    minute = number(found.get("minute") or "0") or 0
    if hour is None or not 1 <= hour <= 23 or minute > 59:  # noqa: PLR2004  # the face of a clock
        return None
    if "past30" in found:
        minute = 30
    elif "past15" in found:
        minute = 15
    elif "to15" in found:
        hour, minute = (hour - 2) % 12 + 1, 45
    if hour > NOON:
        return time(hour, minute)
    half = found.get("half") or ("a" if _part(said) == MORNING else "p" if _part(said) else None)
    if half is None:
        half = "p" if hour < OPENS or hour == NOON else "a"
    return time(hour % 12 + (12 if half == "p" else 0), minute)


def _day(said: str, today: date | None) -> tuple[date | None, int | None]:
    if match := _ISO.search(said):
        return _date(*(int(part) for part in match.groups())), None
    if today:
        for reader in (_relative, _calendar):
            if day := reader(said, today):
                return day, None
    return _weekday(said, today)


def _relative(said: str, today: date) -> date | None:
    if re.search(r"\bday after tomorrow\b", said):
        return today + timedelta(days=2)
    if re.search(r"\btomorrow\b", said):
        return today + timedelta(days=1)
    if re.search(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b", said):
        return today
    if match := _IN_DAYS.search(said):
        count = 1 if match.group(1) == "a" else number(match.group(1))
        if count:
            return today + timedelta(days=count * (7 if match.group(2) == "week" else 1))
    return None


def _calendar(said: str, today: date) -> date | None:
    said = re.sub(r"\b(twenty|thirty)[ -]([a-z]+)\b", _ordinal_of_two, said)
    said = re.sub(r"\b[a-z]+\b", lambda word: _ordinal(word.group()), said)
    if match := _MONTH_DAY.search(said):
        found = match.groupdict()
        month = MONTHS.index(found["month"] or found["month2"]) + 1
        return _coming(today, int(found["day"] or found["day2"]), month=month)
    if match := _NUMERIC.search(said):
        return _coming(today, int(match["day"]), month=int(match["month"]))
    if match := _DAY_OF_MONTH.search(said):
        return _coming(today, int(match["day"]))
    return None


def _ordinal_of_two(match: re.Match[str]) -> str:
    unit = _ORDINALS.get(match.group(2))
    return f"{_TENS[match.group(1)] + unit}th" if unit and unit < 10 else match.group()  # noqa: PLR2004  # units


def _ordinal(word: str) -> str:
    """ "fourth" is a day of the month, "first" and "second" mostly choose from a list."""
    value = _ORDINALS.get(word)
    return f"{value}th" if value and value > 3 else word  # noqa: PLR2004  # first, second, third


def _coming(today: date, day: int, *, month: int | None = None) -> date | None:
    """Return the next such date that is not past."""
    step: Callable[[int], date | None]
    if month:
        step = lambda ahead: _date(today.year + ahead, month, day)  # noqa: E731  # two one-line rules
    else:
        step = lambda ahead: _date(  # noqa: E731
            today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, day
        )
    candidates = (step(ahead) for ahead in range(13))
    return next((found for found in candidates if found and found >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(said: str, today: date | None) -> tuple[date | None, int | None]:
    match = re.search(rf"\b(?:(next|this|coming) )?({'|'.join(DAYS)})s?\b", said)
    if not match:
        if today and re.search(r"\bnext week\b", said):
            return today + timedelta(days=7 - today.weekday()), None
        return None, None
    wanted = DAYS.index(match.group(2))
    if today is None:
        return None, wanted
    if match.group(1) == "next" or "next week" in said:
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=wanted), None
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead or 7), None
