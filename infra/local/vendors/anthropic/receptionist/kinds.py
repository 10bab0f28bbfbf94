"""What kind of fact a question asks for, and which kinds and weekdays a statement holds."""

import re
from enum import StrEnum

from infra.local.vendors.anthropic.receptionist.words import fold

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY = frozenset(range(7))
_WEEKDAYS = frozenset(range(5))
_WEEKEND = frozenset({5, 6})


class Kind(StrEnum):
    """The kind of fact that must be in an answer for it to be one."""

    MONEY = "money"  # "how much", "what do you charge"
    CLOCK = "clock"  # "what time", "are you open"
    SPAN = "span"  # "how long"
    PHONE = "phone"  # "what is the number of"
    PLACE = "place"  # "where"
    PERSON = "person"  # "who"
    COUNT = "count"  # "how many", "how often"
    ANY = "any"


_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.PHONE,
        re.compile(
            r"\b(?:phone|telephone|fax|contact)? ?number (?:of|for|to call)\b|\bphone number\b"
        ),
    ),
    (
        Kind.MONEY,
        re.compile(
            r"\bhow much (?!time|notice|longer|space|room|earlier|later)|\bhow expensive\b"
            r"|\bwhat(?:'s| is| are| does| do| would)?\b.{0,40}"
            r"\b(?:cost|price|prices|rate|rates|fee|fees|charge|charges)\b"
            r"|\b(?:price|cost|fee|charge)s? (?:of|for)\b|\b(?:more|less) expensive\b|\bcheaper\b"
            r"|\bfree(?: of charge)?\?|\bfor free\b|\bdo you charge\b"
            r"|\b(?:is|are) there (?:an?|any) (?:\w+ )?(?:fee|charge|cost)s?\b"
        ),
    ),
    (
        Kind.SPAN,
        re.compile(
            r"\bhow (?:long|soon|far (?:ahead|in advance)|quickly|fast|much (?:time|notice))\b"
        ),
    ),
    (Kind.COUNT, re.compile(r"\bhow (?:many|often)\b")),
    (
        Kind.CLOCK,
        re.compile(
            r"\b(?:what|which) time\b|\bwhat (?:are|is|were) (?:your|the) (?:\w+ )?(?:hours"
            r"|times)\b|\bwhat hours\b|\bhow (?:late|early)\b|\b(?:when|until when) (?:do|are|is"
            r"|does|will) (?:you|the \w+)(?: guys)? (?:open|close|closed|shut|start)\b|\b(?:are|is"
            r"|will) (?:you|the \w+|it)(?: guys)?(?: be)? (?:open|closed)\b|\b(?:opening|business"
            r"|office|working) hours\b|\byour hours\b"
        ),
    ),
    (Kind.PLACE, re.compile(r"\bwhere\b|\bwhat(?:'s| is) (?:your|the) address\b")),
    (
        Kind.PERSON,
        re.compile(
            r"\bwho\b(?! do i| can i| should i)|\bwhich (?:doctor|lawyer|person|stylist|vet)\b"
        ),
    ),
)

_MONEY = re.compile(
    r"[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars|bucks|percent|%|euros|pounds)|\b\d+ ?%|\bfree\b"
    r"|\bno (?:fee|charge|cost)\b|\bcosts? nothing\b|\bwaived\b|\b(?:one|two|three|a|ten|fifteen"
    r"|twenty) (?:third|quarter|half|percent|dollars)\b"
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\bnoon\b|\bmidnight\b|\bclosed\b"
    r"|\b24 hours\b|\baround the clock\b|\b24/7\b|\bo'clock\b|\bby arrangement\b"
    r"|\bby appointment\b|\buntil \d|\bfrom \d{1,2} to \d|\bbetween \d{1,2} and \d|\b(?:at|after"
    r"|before) \d{1,2} in the\b"
)
_SPAN = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|overnight|immediately|same day|right away"
    r"|lifetime|for life)\b"
)
_PHONE = re.compile(r"(?:\+?\d[\d() .-]{5,}\d)")
_PLACE = re.compile(
    r"\b(?:at \d|at the corner|behind|beside|next to|opposite|near|front(?! desk)|above|below"
    r"|street|avenue|road|lane|floor|building|corner|entrance|downstairs|upstairs|across|inside"
    r"|outside|(?:on|from) (?:our|the) website|online|blocks?)\b"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|can't|don't|doesn't|do not|isn't|aren't|won't|unfortunately"
    r"|unable)\b"
)
_PERSON = re.compile(
    r"\b(?:Dr\.?|Mr\.?|Mrs\.?|Ms\.?)\s+[A-Z]|(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+\b"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+"
)
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*)\.?"
_RANGE = re.compile(rf"\b{_DAY}\s*(?:-|–|—|to|through|thru|till|until)\s*{_DAY}\b")
_ONE_DAY = re.compile(r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b")
_EVERY = re.compile(
    r"\bevery day\b|\bdaily\b|\bseven days\b|\b7 days\b|\baround the clock\b|\b24/7\b|\bany time\b"
    r"|\bat any hour\b"
)


def kind_of(question: str) -> Kind:
    """Return the kind of fact a question asks for."""
    folded = fold(question)
    return next((kind for kind, pattern in _ASKS if pattern.search(folded)), Kind.ANY)


def holds(statement: str, kind: Kind) -> bool:
    """Tell whether a statement has a fact of that kind in it."""
    folded = fold(statement)
    match kind:
        case Kind.MONEY:
            return bool(_MONEY.search(folded))
        case Kind.CLOCK:
            return bool(_CLOCK.search(folded))
        case Kind.SPAN:
            return bool(_SPAN.search(folded) or _CLOCK.search(folded))
        case Kind.PHONE:
            return bool(_PHONE.search(folded))
        case Kind.COUNT:
            return bool(
                re.search(
                    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once"
                    r"|twice|every|at most)\b",
                    folded,
                )
            )
        case Kind.PERSON:
            return bool(_PERSON.search(statement))
        case Kind.PLACE:
            return bool(_PLACE.search(folded))
        case Kind.ANY:
            return True


def denies(statement: str) -> bool:
    """Tell whether a sentence says that something is not so."""
    return bool(_NEGATION.search(fold(statement)))


def weekdays(text: str) -> frozenset[int]:
    """Return the weekdays a text speaks of, Monday 0; "Monday to Friday" speaks of five."""
    folded = fold(text)
    found: set[int] = set()
    for first, last in _RANGE.findall(folded):
        start, end = _number(first), _number(last)
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    found.update(_number(day) for day in _ONE_DAY.findall(folded))
    if re.search(r"\bweekdays?\b", folded):
        found |= _WEEKDAYS
    if re.search(r"\bweekends?\b", folded):
        found |= _WEEKEND
    if _EVERY.search(folded):
        found |= _EVERY_DAY
    return frozenset(found)


def _number(day: str) -> int:
    return next(number for number, name in enumerate(DAYS) if name.startswith(day[:3]))
