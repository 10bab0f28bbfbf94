"""The times a calendar tool offers, and which of them a caller's words mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from infra.local.vendors.anthropic.receptionist import speech, when
from infra.local.vendors.anthropic.receptionist.intents import affirms
from infra.local.vendors.anthropic.receptionist.when import When
from infra.local.vendors.anthropic.receptionist.words import fold

OFFERED = 3  # times read out at once

_ORDINALS = (
    (re.compile(r"\b(?:first|earliest|earlier|soonest|former|1st)\b"), 0),
    (re.compile(r"\b(?:second|middle|2nd)\b"), 1),
    (re.compile(r"\b(?:third|3rd)\b"), 2),
    (re.compile(r"\b(?:last|latest|later|latter)\b(?! week| time)"), -1),
)
_NONE_FIT = re.compile(
    r"\b(?:none of|neither|no good|doesn't work|don't work|won't work|something else"
    r"|another (?:day|time)|other (?:day|time)s?)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be booked: the tool's own id and words, and its start where it was given."""

    id: str
    start: str
    spoken: str
    begins: datetime | None


def read_slots(value: object) -> tuple[Slot, ...]:
    """Read `{"slots": [{"slot_id", "start", "spoken"}]}`, or such a list alone."""
    if isinstance(value, dict):
        value = cast("Mapping[str, object]", value).get("slots")
    if not isinstance(value, list):
        return ()
    return tuple(
        _slot(cast("Mapping[str, object]", entry))
        for entry in cast("list[object]", value)
        if isinstance(entry, dict)
    )


def fits(slot: Slot, said: When) -> bool:
    """Tell whether a slot is one that these words can mean."""
    begins = slot.begins
    if begins is None:
        return False
    if said.day is not None and begins.date() != said.day:
        return False
    if said.day is None and said.weekday is not None and begins.weekday() != said.weekday:
        return False
    if said.clock is not None:
        return (begins.hour, begins.minute) == (said.clock.hour, said.clock.minute)
    return said.part is None or said.part == when.part_of(begins.time())


def choose(text: str, said: When, *, offered: Sequence[Slot]) -> Slot | None:
    """Return the offered slot the words mean, None when they mean none or several."""
    folded = fold(text)
    if rejects(text):
        return None
    told_apart = said.day is not None or said.weekday is not None or said.clock or said.part
    among = (
        [slot for slot in offered if fits(slot, said)] if told_apart else list(offered[:OFFERED])
    )
    if not among:
        return None
    if len(among) == 1 and (told_apart or affirms(text)):
        return among[0]
    for pattern, position in _ORDINALS:
        if pattern.search(folded) and position < len(among):
            return among[position]
    return among[0] if said.anything else None


def matching(said: When, offered: Sequence[Slot]) -> tuple[Slot, ...]:
    """Return the offered slots that fit a day, a time or a part of the day."""
    if said in {When(), When(anything=True)}:
        return ()
    return tuple(slot for slot in offered if fits(slot, said))


def rejects(text: str) -> bool:
    """Tell whether the words turn down what was offered."""
    return bool(_NONE_FIT.search(fold(text)))


def exact(wish: When, offered: Sequence[Slot]) -> Slot | None:
    """Return the slot that is the very time wished for."""
    if wish.clock is None:
        return None
    return next((slot for slot in offered if fits(slot, wish)), None)


def narrowed(wish: When, said: When) -> When:
    """Return the wish after more was said: a new day keeps the part of the day, drops the hour."""
    if said.anything and not (said.day or said.part or said.clock):
        return said
    part = said.part or (None if said.clock else wish.part)
    if said.day or said.weekday is not None:
        return replace(said, part=part)
    return replace(said, day=wish.day, weekday=wish.weekday, part=part)


def nearest_first(offered: Sequence[Slot], wish: When) -> tuple[Slot, ...]:
    """Return the slots in order of time, those nearest to a wished hour first."""
    clock = wish.clock
    if clock is None:
        return tuple(offered)
    wanted = timedelta(hours=clock.hour, minutes=clock.minute)

    def distance(slot: Slot) -> timedelta:
        if slot.begins is None:
            return timedelta.max
        at = timedelta(hours=slot.begins.hour, minutes=slot.begins.minute)
        return abs(at - wanted)

    nearest = sorted(offered, key=distance)[:OFFERED]
    return tuple(slot for slot in offered if slot in nearest)


def offer(offered: Sequence[Slot]) -> str:
    """Offer the first times; times of one day name the day once."""
    shown = offered[:OFFERED]
    days = {slot.begins.date() if slot.begins else None for slot in shown}
    day = days.pop()
    if days or day is None or len(shown) == 1:
        return speech.offer([slot.spoken for slot in shown])
    clocks = [when.spoken_clock(slot.begins.time()) for slot in shown if slot.begins]
    return speech.offer(clocks, on=when.spoken_day(day))


def _slot(entry: Mapping[str, object]) -> Slot:
    start = str(entry.get("start") or entry.get("start_at") or "")
    begins = _moment(start)
    spoken = str(entry.get("spoken") or "")
    if not spoken and begins:
        spoken = f"{when.spoken_day(begins.date())} at {when.spoken_clock(begins.time())}"
    return Slot(
        id=str(entry.get("slot_id") or entry.get("id") or start),
        start=start,
        spoken=spoken or start,
        begins=begins,
    )


def _moment(start: str) -> datetime | None:
    try:
        return datetime.fromisoformat(start)
    except ValueError:
        return None
