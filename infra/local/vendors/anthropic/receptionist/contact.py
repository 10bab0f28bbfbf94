"""Names and telephone numbers as callers say them."""

import re

from infra.local.vendors.anthropic.receptionist.when import UNITS
from infra.local.vendors.anthropic.receptionist.words import fold, word_list, word_set

SHORTEST, LONGEST = 7, 15  # digits; E.164 allows at most 15
NATIONAL = 10  # digits of a North American number without the country code

_DIGIT_WORDS = {"oh": "0", "o": "0"} | {word: str(value) for value, word in enumerate(UNITS)}
_MISHEARD = {"to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "won": "1", "tree": "3"}
_TENS = {
    word: str(value)
    for value, word in enumerate(
        word_list("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
_REPEATS = {"double": 2, "triple": 3}
_TOKEN = re.compile(r"\+|\d+|[a-z]+")
_NAMED = re.compile(
    r"\b(?:my (?:full )?name is|my name's|the name is|the name's|name is|i am called|this is"
    r"|under the name(?: of)?|it's under|put it under|under|i'm|i am|it's|it is|that's"
    r"|call me)\s+(.+)",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ'’-]*\.?")
_NOT_NAMES = word_set(
    """
    a about actually again ahead all also an and any anything appointment are as at available be
    book booking but by call called calling can cleaning come correct do don't fine for from
    full get good great have having he hello help her here hi his i i'd i'll i'm i've if in is
    it it's just last like looking me my name need new no not number of ok okay on one or
    patient perfect phone please really right she so some someone something sorry spelled
    spelling still sure thank thanks that that's the there they this time to trying uh um wait
    wanting we well what when where use using wondering would yeah yep yes you your interested
    first
    """
)
_FILLERS = re.compile(
    r"^(?:(?:yes|yeah|yep|sure|ok|okay|um|uh|well|so|of course|certainly|hi|hello|oh)[,.]?\s+)+",
    re.IGNORECASE,
)
_FULL = 4  # words of the longest name that is believed


def digits(text: str) -> str:
    """Return the longest run of digits in a text, spoken or written, with its + if it has one."""
    best = run = ""
    repeat = 1
    tokens = _TOKEN.findall(fold(text))
    for at, token in enumerate(tokens):
        value = _digit(
            token, after=tokens[at + 1] if at + 1 < len(tokens) else "", running=bool(run)
        )
        if token in _REPEATS:
            repeat = _REPEATS[token]
            continue
        if value is None:
            if token not in {"area", "code", "and", "uh", "um", "dash", "plus"}:
                run = ""
            continue
        run += value * repeat
        repeat = 1
        best = max(best, run, key=len)
    return best


def phone(text: str) -> str | None:
    """Return a telephone number, in E.164 where the country can be told; None if there is none."""
    found = digits(text)
    bare = found.lstrip("+")
    if not SHORTEST <= len(bare) <= LONGEST:
        return None
    if found.startswith("+"):
        return found
    if len(bare) == NATIONAL:
        return f"+1{bare}"
    if len(bare) == NATIONAL + 1 and bare.startswith("1"):
        return f"+{bare}"
    return bare


def spoken_phone(number: str) -> str:
    """Return the digits one by one in groups, as a person reads a number back."""
    bare = number.lstrip("+")
    if len(bare) == NATIONAL + 1 and bare.startswith("1"):
        bare = bare[1:]
    groups = (bare[:3], bare[3:6], bare[6:]) if len(bare) == NATIONAL else (bare[:-4], bare[-4:])
    return ", ".join(" ".join(group) for group in groups if group)


def introduced_name(text: str, *, expected: bool = False) -> str | None:
    """Return the name after "my name is", "this is" and the like, else None.

    Unless a name is expected, "this is maria" needs its capital to count; "my name is" does not.
    """
    for match in _NAMED.finditer(text):
        lead = text[match.start() : match.start(1)].lower()
        found = _name(match.group(1), lower_too=expected or "name" in lead)
        if found:
            return found
    return None


def given_name(text: str) -> str | None:
    """Return the name in a reply to "May I have your name?", else None."""
    introduced = introduced_name(text, expected=True)
    if introduced:
        return introduced
    return _name(_FILLERS.sub("", text.strip()), lower_too=True)


def _digit(token: str, *, after: str, running: bool) -> str | None:
    if token.isdigit() or token == "+":
        return token if token != "+" or not running else ""
    if token in _TENS:
        unit = _DIGIT_WORDS.get(after, "")
        return _TENS[token] + ("" if len(unit) == 1 and unit != "0" else "0")
    if token in _DIGIT_WORDS:
        return _DIGIT_WORDS[token]
    if token == "hundred" and running:
        return "00"
    return _MISHEARD.get(token) if running else None


def _name(text: str, *, lower_too: bool) -> str | None:
    """Take the words up to the first that cannot be part of a name."""
    text = re.split(
        r"[,.;!?](?:\s|$)|\s(?:and|but|spelled|with|at|on|from)\s|\d", text, maxsplit=1
    )[0]
    words: list[str] = []
    for word in text.split():
        bare = word.strip("\"'’,.")
        if not _NAME_WORD.fullmatch(bare) or bare.lower() in _NOT_NAMES:
            break
        if not lower_too and not bare[0].isupper():
            break
        words.append(bare)
    if not words or len(words) > _FULL:
        return None
    return " ".join(word if not word.islower() else word.capitalize() for word in words)
