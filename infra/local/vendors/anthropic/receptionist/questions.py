"""The questions inside an utterance: polite wrapping taken off, two questions told apart."""

import re

from infra.local.vendors.anthropic.receptionist.passages import sentences
from infra.local.vendors.anthropic.receptionist.words import content, fold

_WH = r"what|what's|whats|when|where|where's|who|who's|whom|which|how|how's|why"
_AUX = (
    r"do(?! (?:it|that|so|please)\b)|does|did|is|are|am|can|could|will|would|should|has|may"
    r"|have (?=(?:you|i|we|they)\b)|aren't|isn't|don't you|doesn't|can't (?=(?:i|you|we)\b)|won't"
)
_OPENS = re.compile(rf"^(?:{_WH}|{_AUX})(?:(?<= )| )")
_YES_OR_NO = re.compile(rf"^(?:{_AUX})(?:(?<= )| )")
_INSIDE = re.compile(
    rf"\b(?:wondering|wonder|know|knew|tell me|tell|ask you|ask|asking|find out|see|check|curious"
    rf"|hoping|interested in|question is|question about) (?:(if|whether|about)|(?={_WH}))\b ?(.+)$"
)
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|yes|yeah|yep|no|ok|okay|so|well|um|uh|oh|and|also|but|great|thanks"
    r"|thank you|alright|all right|good (?:morning|afternoon|evening)|excuse me|sorry|actually"
    r"|perfect|please|there|then|wait|hold on|hmm|one moment|listen|by the way|first"
    r"|one more (?:thing|question)|another question|quick question"
    r"|before (?:that|i go|we do that))[,.!:;]? +)+"
)
_SECOND = re.compile(rf",? (?:and|also|and also|plus|or) (?=(?:{_WH}|do|does|is|are|can) )")
_IMPERATIVE = re.compile(
    r"^(?:please )?(?:tell me|give me|explain|describe|i need to know|i want to know)\b"
)
MOST = 2


def is_question(text: str) -> bool:
    """Tell whether an utterance asks something."""
    return any(_asks(sentence) for sentence in sentences(fold(text)))


def is_yes_or_no(question: str) -> bool:
    """Tell whether a question wants a yes or a no."""
    return bool(_YES_OR_NO.match(_LEAD.sub("", fold(question))))


def questions(text: str) -> list[str]:
    """Return what is asked, at most two questions; an utterance without one is returned whole."""
    folded = [_unwrapped(sentence) for sentence in sentences(fold(text))]
    asked = [
        core
        for sentence, core in zip(sentences(fold(text)), folded, strict=True)
        if _asks(sentence)
    ]
    parts = [part.strip(" ,") for core in asked for part in _SECOND.split(core)]
    whole = [part for part in parts if content(part)]
    if len(whole) < len(parts) or not whole:  # "when and where are you open" is one question
        whole = asked or [" ".join(folded)]
    return whole[:MOST]


def _asks(sentence: str) -> bool:
    bare = _LEAD.sub("", sentence)
    return bool(
        sentence.rstrip().endswith("?")
        or _OPENS.match(bare)
        or _INSIDE.search(bare)
        or _IMPERATIVE.match(bare)
    )


def _unwrapped(sentence: str) -> str:
    bare = _LEAD.sub("", sentence).strip()
    inside = _INSIDE.search(bare)
    if inside and content(inside.group(2)):
        bare = inside.group(2)
    return bare.strip()
