"""What the receptionist says: statements made speakable, and every phrase it has of its own."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from infra.local.vendors.anthropic.receptionist.contact import spoken_phone
from infra.local.vendors.anthropic.receptionist.passages import Statement, sentences
from infra.local.vendors.anthropic.receptionist.service import is_deed
from infra.local.vendors.anthropic.receptionist.words import fold

LONG_CLAUSE = 34  # characters before the first pause above which an opener is put in front

_DASH = re.compile(r"(?<=[\dm.])\s*[–—-]\s*(?=[\d$])", re.IGNORECASE)
_SPACED_DASH = re.compile(r"\s+[–—-]{1,2}\s+")
_HALF_DAY = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_WHOLE_HOUR = re.compile(r"\b(\d{1,2}):00(?= [AP]M)")
_BRACKETS = re.compile(r"\s*\(([^)]*)\)")
_DAY_LABEL = re.compile(
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day|^(?:mon|tue|wed|thu|fri|sat|sun)\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"^(?:from |about |up to )?[$€£]?\d|^free\b", re.IGNORECASE)
_OPENERS = ("Happy to help.", "Sure, I can help.", "Let me see.", "Of course.")


class Asked(StrEnum):
    """What the receptionist's last words asked for, told from the words themselves."""

    CONFIRM = "confirm"
    SERVICE = "service"
    WHEN = "when"
    WHICH = "which"
    NAME = "name"
    PHONE = "phone"
    THIS_NUMBER = "this number"
    CHANGE = "change"
    CALLBACK = "callback"
    TRANSFER = "transfer"
    RETRY = "retry"
    EXTRA = "extra"
    MORE = "more"


GREETING = "Hello, how can I help you today?"
PARDON = "Sorry, I didn't catch that. Could you say it again?"
MORE = "Is there anything else I can help you with?"
WELCOME = f"You're welcome. {MORE}"
FINE = f"All right. {MORE}"
CLOSING = "Thank you for calling, have a good day. Goodbye."
LISTENING = "Of course, what would you like to know?"
ARTIFICIAL = "I'm the automated receptionist here."
HELP = "How can I help you?"

LOOK_UP = "Let me look that up."
LOOK_HOURS = "Let me check our hours."
LOOK_CALENDAR = "One moment, let me check the calendar."
BOOKING_NOW = "Great, I'll book that now."
PUT_THROUGH = "Of course, I'll put you through now. One moment, please."

ASK_SERVICE = "Sure, what would you like to come in for?"
ASK_WHEN = "What day would suit you?"
ASK_NAME = "May I have your full name?"
ASK_PHONE = "What's the best phone number to reach you?"
ASK_THIS_NUMBER = "Is the number you're calling from the best one to reach you?"
ASK_CHANGE = "No problem. What should I change?"
ASK_CALLBACK = "Would you like someone to call you back about it?"
ASK_TRANSFER = "Would you like me to put you through to someone?"
ACKNOWLEDGED = "Great."
THANKED = "Thank you."
ASK_RETRY = "Shall I look for another time?"

UNKNOWN = "I'm sorry, I don't have that information."
UNKNOWN_REST = "As for the rest, I'm sorry, I don't have that information."
CLARIFY = (
    "I'm sorry, I didn't quite get that. Would you like to ask a question, or book an appointment?"
)
STILL_THERE = "Are you still there?"
SORRY = "Sorry, I didn't catch that."
NOTHING_FREE = "I'm sorry, I don't see anything free then. Would another day suit you?"
CANNOT_BOOK = f"I'm sorry, I can't see the calendar right now. {ASK_CALLBACK}"
CANNOT_CHANGE = f"I'm sorry, I can't change appointments myself. {ASK_TRANSFER}"
CANNOT_CHANGE_NOR_TRANSFER = f"I'm sorry, I can't change appointments myself. {ASK_CALLBACK}"
CANNOT_TRANSFER = f"I'm sorry, I can't put you through right now. {ASK_CALLBACK}"
TAKEN = f"I'm sorry, that time could not be booked. {ASK_RETRY}"
LOOK_UP_FAILED = f"I'm sorry, I can't look that up right now. {ASK_CALLBACK}"
STOPPED = f"All right, I won't book anything. {MORE}"

_ASKED: tuple[tuple[Asked, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(pattern))
    for asked, pattern in (
        (Asked.CONFIRM, r"shall i book"),
        (Asked.RETRY, r"shall i look for another"),
        (Asked.CALLBACK, r"someone to call you back"),
        (Asked.TRANSFER, r"like me to put you through"),
        (Asked.THIS_NUMBER, r"number you're calling from the best"),
        (Asked.PHONE, r"(?:best )?phone number to reach|phone number"),
        (Asked.NAME, r"your full name|may i have your name|your name\?"),
        (Asked.CHANGE, r"what should i change"),
        (Asked.EXTRA, r"could you tell me your"),
        (Asked.WHICH, r"which of (?:those|these)|would that work|does that work"),
        (Asked.WHEN, r"what day would|another day suit|when would you like"),
        (Asked.SERVICE, r"like to come in for|what is (?:it|the visit) for"),
        (Asked.MORE, r"anything else|how can i help"),
    )
)
_EXTRA = re.compile(r"could you tell me your ([a-z ]+)\?")


def asked_in(text: str) -> Asked | None:
    """Return what the agent's words ask for; of several questions the last counts."""
    heard = sentences(fold(text))
    asking = [sentence for sentence in heard if sentence.endswith("?")] or heard[-1:]
    last = asking[-1] if asking else ""
    return next((asked for asked, pattern in _ASKED if pattern.search(last)), None)


def extra_asked(text: str) -> str | None:
    """Return the label after "Could you tell me your ...?"."""
    match = _EXTRA.search(fold(text))
    return match.group(1) if match else None


def ask_extra(label: str) -> str:
    return f"Could you tell me your {label}?"


def offer(times: Sequence[str], *, on: str = "") -> str:
    """Offer one to three times; `on` is the day they share, "" when they don't."""
    listed = listing(times, "or")
    lead = f"On {on}, I have" if on else "I have"
    return f"{lead} {listed}. " + (
        "Would that work for you?" if len(times) == 1 else "Which of those suits you?"
    )


def confirm(*, service: str, when: str, name: str, number: str) -> str:
    what = _with_article(service) if service else "the appointment"
    return f"Shall I book {what} for {when}, for {name}{number}?"


def booked(told: str) -> str:
    """Say that it is done; a tool may tell only the time, or a whole sentence."""
    if not told or re.search(r"\b(?:booked|confirmed|scheduled|reserved)\b", told.lower()):
        return closed(told or "You're booked")
    return closed(f"You're booked for {told.rstrip('.') if told[-3:-1] != '.m' else told}")


def listing(parts: Sequence[str], word: str) -> str:
    """Join as a person speaks: "a", "a or b", "a, b, or c"."""
    if len(parts) <= 2:  # noqa: PLR2004  # two need no comma
        return f" {word} ".join(parts)
    return f"{', '.join(parts[:-1])}, {word} {parts[-1]}"


def statement(found: Statement) -> str:
    """Return a statement as a person would say it."""
    text = found.text
    if found.label:
        value = text[len(found.label) :].lstrip(": ").strip()
        if _DAY_LABEL.match(found.label):
            text = f"On {found.label} it's {value}"
        elif _AMOUNT.match(value):
            text = f"{found.label} is {value}"
        else:
            text = f"{found.label}, {value}"
    return closed(spoken(text))


def spoken(text: str) -> str:
    """Take out what only the eye can read: brackets, dashes between numbers, "8:00 AM"."""
    text = _BRACKETS.sub(r", \1,", text)
    text = _SPACED_DASH.sub(", ", _DASH.sub(" to ", text))
    text = _HALF_DAY.sub(lambda match: f" {match.group(1).upper()}M", text)
    text = _WHOLE_HOUR.sub(r"\1", text)
    text = re.sub(r",\s*([,.!?;:])", r"\1", " ".join(text.split()))
    return re.sub(r"\s+([,.!?;])", r"\1", text)


def closed(text: str) -> str:
    """Return the text as a sentence: a capital first, a full stop last."""
    text = text.rstrip(" ,;:")
    if text and text[-1] not in ".!?":
        text += "."
    return text[:1].upper() + text[1:]


def opened(text: str) -> str:
    """Put a short opener before a text whose first clause is long: speech starts at once."""
    first = re.search(r"[,.;:!?](?:\s|$)", text)
    if first and first.start() <= LONG_CLAUSE:
        return text
    return f"{_OPENERS[len(text) % len(_OPENERS)]} {text}"


def joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def _with_article(service: str) -> str:
    if is_deed(service):
        return f"a visit to {service}"
    if re.match(r"(?:a|an|the|my|your|our|some|two|three)\b", service):
        return re.sub(r"^my\b", "your", service)
    if service.endswith("s") and not service.endswith("ss"):
        return service
    return f"{'an' if service[0] in 'aeiou' else 'a'} {service}"


def promised_callback(text: str) -> bool:
    """Tell whether the agent's words settled a callback."""
    return "will call you back" in fold(text)


def callback_promised(number: str, calling_from: str | None) -> str:
    """Settle a callback; `number` is what the caller dictated, "" for the one they call from."""
    if not number or number == calling_from:
        where = "at the number you're calling from"
    else:
        where = f"at {spoken_phone(number)}"
    return f"Thank you, someone will call you back {where}. {MORE}"


def quoted(instructions: str) -> str:
    """Return the words that instructions put in quotation marks to be said, else ""."""
    match = re.search(r"[\"“]([^\"”]{3,300})[\"”]", instructions)
    return match.group(1).strip() if match else ""


def lowered(text: str) -> str:
    """Return a sentence to follow a comma: "I" keeps its capital."""
    return text if text.startswith(("I ", "I'")) else text[:1].lower() + text[1:]
