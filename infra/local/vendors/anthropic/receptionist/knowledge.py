"""Answers to what an utterance asks, from the passages at hand and from nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from infra.local.vendors.anthropic.receptionist import speech
from infra.local.vendors.anthropic.receptionist.answers import AnswerFinder, Encoder
from infra.local.vendors.anthropic.receptionist.kinds import DAYS, Kind, kind_of, weekdays
from infra.local.vendors.anthropic.receptionist.passages import Passage, Statement, statements
from infra.local.vendors.anthropic.receptionist.questions import is_question, questions
from infra.local.vendors.anthropic.receptionist.words import content, fold, names, tokens

FOLLOW_UP_WORDS = 7
_FOLLOW_UP = re.compile(r"^(?:and|what about|how about|also|but)\b")
_POINTING = re.compile(r"\b(?:that|it|this|those|these|them|one)\b")
# Things no business's documents can know, however often they say "rain" or "game".
_WORLD = re.compile(
    r"\b(?:will|is) it (?:going to )?"
    r"(?:rain|snow|raining|snowing|be (?:sunny|cold|warm|hot|windy))\b"
    r"|\bwhat(?:'s| is| will) the (?:weather|temperature|forecast|score)\b|\bwho won\b"
)
_WHERE = "what is your address and where are you located?"  # "Where are you?"
_DAY_WORD = re.compile(rf"\b(?:on )?(?:{'|'.join(DAYS)})s?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What could be said; `text` is "" when nothing is known about any question."""

    text: str
    complete: bool  # every question has its answer
    kind: Kind


class Knowledge:
    """Puts the questions of an utterance to the passages."""

    def __init__(self, encoder: Encoder) -> None:
        self._finder = AnswerFinder(encoder)

    def answer(
        self, utterance: str, *, passages: Sequence[Passage], before: str = "", today: date | None
    ) -> Outcome:
        """Answer an utterance; `before` is the caller's one before it, for "and on Friday?"."""
        known = statements(list(passages))
        asked = [_dated(_completed(one, before), today) for one in questions(utterance)]
        asks, named = is_question(utterance), names(utterance)
        found: list[Statement] = []
        unanswered = 0
        for question in asked:
            worldly = _WORLD.search(question)
            answer = (
                None if worldly else self._finder.find(question, known, names=named, asked=asks)
            )
            if answer is None:
                unanswered += 1
            else:
                found += [one for one in answer.statements if one not in found]
        text = speech.joined(speech.statement(one) for one in found)
        if found and unanswered:
            text = f"{text} {speech.UNKNOWN_REST}"
        return Outcome(text=text, complete=not unanswered, kind=kind_of(fold(utterance)))


def _completed(question: str, before: str) -> str:
    """Complete "and on Saturday?" or "how much is that?" from the question before it."""
    if kind_of(question) is Kind.PLACE and not content(question):
        return _WHERE
    words = tokens(question)
    if not before or len(words) > FOLLOW_UP_WORDS:
        return question
    subject = [word for word in content(question) if not weekdays(word)]
    if _FOLLOW_UP.match(question) or (
        not subject and (_POINTING.search(question) or weekdays(question))
    ):
        earlier = questions(before)[-1]
        if weekdays(question):
            earlier = _DAY_WORD.sub("", earlier)
        return f"{earlier.rstrip(' ?.')} {_FOLLOW_UP.sub('', question).strip()}"
    return question


def _dated(question: str, today: date | None) -> str:
    """Name the weekday that "today" and "tomorrow" are: documents speak of weekdays."""
    if today is None:
        return question
    for word, ahead in (("today", 0), ("tonight", 0), ("tomorrow", 1)):
        day = DAYS[(today + timedelta(days=ahead)).weekday()]
        question = re.sub(rf"\b{word}\b", f"on {day}", question)
    return question
