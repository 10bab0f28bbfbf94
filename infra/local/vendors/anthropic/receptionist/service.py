"""What an appointment is for, taken out of the caller's own words."""

import re

from infra.local.vendors.anthropic.receptionist import when
from infra.local.vendors.anthropic.receptionist.words import fold, word_set

LONGEST = 6  # words

_DEEDS = (
    "fix|repair|check|look|install|replace|unclog|unblock|help|inspect|change|remove|clear|clean"
)
_DEED = re.compile(rf"(?:{_DEEDS})\b(?!-)")
_WORKER = re.compile(rf"^(?:an? )?[a-z]+ to (?=(?:{_DEEDS})\b)")  # "a plumber to fix a leak"
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|next|this"
_WISH = re.compile(
    r"\b(?:book(?: in| you)?|schedule|set up|make|arrange|reserve|need|want|like|have|get|for|do)"
    r" (?:an? |my |the |some |another )?(?P<what>[a-z][a-z' -]{1,60}?)"
    rf"(?= (?:appointment|visit|booking|session|slot|on|at|for|in|with|please|as soon|some ?time"
    rf"|any ?time|around|before"
    rf"|after|and|if|whenever|because|{_DAY})\b|[,.?!]|$)"
)
_LEAD = re.compile(
    r"^(?:(?:yes|yeah|um|uh|well|so|oh|hi|hello|please|it's|it is|it'll be|that's|just|for|i need"
    r"|i want|i'd like|i would like|we need|i have|i've got|i'd|like|to|have|get|come in|maybe"
    r"|probably|i think|someone to|somebody to|you(?: guys)? to|an?|the|my|some|book|schedule"
    r"|about|me|it|do)\b[,.]? *)+"
)
_TAIL = re.compile(
    r"(?:,? (?:please|thanks|thank you|appointment|visit|i think|i guess|if possible|if you can"
    rf"|(?:on |for |in )?(?:the )?(?:{_DAY}|morning|afternoon)\b.*))+$"
)
# What is asked for when nothing is named yet.
_NOTHING = word_set(
    """
    an appointment appointments book booking bookings visit slot slots time times come in coming
    someone somebody see seen speak to be is it me myself us something anything that this them
    you here there when schedule know a the soon out day another one make get have
    set up arrange reserve need want
    """
)


def is_deed(service: str) -> bool:
    """Tell whether a service is named by what is to be done ("fix a leak")."""
    return bool(_DEED.match(service))


def wished(text: str) -> str:
    """Return what "I'd like to book a cleaning for Tuesday" is about ("cleaning"), else ""."""
    for match in _WISH.finditer(fold(text)):
        if found := _named(match["what"]):
            return found
    return ""


def answered(text: str) -> str:
    """Return the service in a reply to "What would you like to come in for?", else ""."""
    folded = fold(text).rstrip(".!? ")
    return wished(f"book {folded}") or _named(_LEAD.sub("", folded))


def _named(text: str) -> str:
    bare = _TAIL.sub("", _LEAD.sub("", text.strip(" .,!?"))).strip(" .,!?")
    bare = _WORKER.sub("", bare)
    words = bare.split()
    if not words or len(words) > LONGEST or all(word in _NOTHING for word in words):
        return ""
    return "" if when.parse(bare, None) else bare
