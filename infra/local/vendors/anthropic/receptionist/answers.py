"""Finding the statement that answers a question, or finding that none does.

Three signs are added up, each between 0 and 1: how near question and statement lie as sentences
(MiniLM), how much of what the question is about the statement or its heading covers (same word,
same stem, known synonym, or a near word state of MiniLM), and whether the statement holds the kind
of fact that was asked for. A wrong fact on a telephone is worse than "I don't know", so the bar is
set where no question of the development half of tests/data/receptionist is answered wrongly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infra.local.vendors.anthropic.receptionist.kinds import Kind, denies, holds, kind_of, weekdays
from infra.local.vendors.anthropic.receptionist.passages import Statement
from infra.local.vendors.anthropic.receptionist.questions import is_yes_or_no
from infra.local.vendors.anthropic.receptionist.words import (
    concept,
    concepts,
    content,
    tokens,
    weight,
    word_set,
)

# Tuned on the development half only.
BAR = 1.02  # least nearness and coverage together
REMARK_MARGIN = 0.35
LEAST_COVERAGE = 0.38
NEARNESS_SHARE = 0.9
ALIKE_FROM, ALIKE_TO = 0.35, 0.75  # cosine of two word states: nothing in common, the same thing
ABSENT = 0.4  # likeness below which a word counts as absent
# for each word of the subject that nothing in the statement resembles; the second in yes-or-no
# questions, which turn on it
ABSENT_PENALTY, DENIABLE_PENALTY = 0.08, 0.2
GENERAL_LEAST = 0.4
TITLE_SHARE = 0.5
HEADING_SHARE = 0.85  # a word found only in the title or heading
ALIKE_MOST = 0.9
ALIKE_IN_LIST = 0.45  # an item of a list must be named: cockroaches are no bed bugs
DAYS_ALONE = 0.8
DAY_BONUS, DAY_PENALTY, DAY_SILENCE = 0.25, 0.4, 0.1
KIND_BONUS = 0.12
PROSE_BONUS = 0.06  # a sentence is easier to listen to than a row of a table
COMPANION_LACK = 0.05  # of the subject
COMPANION_GAP = 0.08  # a second statement this near to the best is spoken with it
MOST_STATEMENTS = 3
MOST_WORDS = 42


_Vector = NDArray[np.float32]


class Encoded(Protocol):
    """What the ranking needs of an encoded text (see engines/minilm.py)."""

    @property
    def vector(self) -> NDArray[np.float32]: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def states(self) -> NDArray[np.float32]: ...


class Encoder(Protocol):
    """Turns texts into vectors and word states of unit length."""

    def encode(self, texts: Sequence[str]) -> Sequence[Encoded]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A statement with what speaks for it."""

    statement: Statement
    nearness: float
    coverage: float
    score: float
    holding: bool  # has the kind of fact in it that was asked for
    denying: bool  # says that the thing asked about is not so


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One or two statements, in reading order."""

    statements: tuple[Statement, ...]
    score: float


class AnswerFinder:
    """Ranks statements by how well they answer a question."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def find(
        self,
        question: str,
        statements: Sequence[Statement],
        *,
        names: frozenset[str] = frozenset(),
        asked: bool = True,
    ) -> Answer | None:
        """Return the best answer, or None when no statement answers the question.

        `names` are words of the question that only the same word can answer. What was not
        `asked` ("my tooth hurts") is answered only by what is plainly about it.
        """
        bar = BAR if asked else BAR + REMARK_MARGIN
        judged = self.judge(question, statements, names=names)
        passing = [one for one in judged if one.holding and _passes(one, bar)]
        passing = passing or [one for one in judged if one.denying and _passes(one, bar)]
        if not passing:
            return None
        best = passing[0]
        chosen = [
            one.statement
            for one in passing[:MOST_STATEMENTS]
            if best.score - one.score <= COMPANION_GAP
            and one.coverage >= best.coverage - COMPANION_LACK
            and one.statement.passage == best.statement.passage
        ]
        order = {statement.text: number for number, statement in enumerate(statements)}
        chosen = _with_antecedent(chosen, statements, order)
        chosen.sort(key=lambda statement: order[statement.text])
        if sum(len(statement.text.split()) for statement in chosen) > MOST_WORDS:
            chosen = [best.statement]
        return Answer(statements=tuple(chosen), score=best.score)

    def judge(
        self,
        question: str,
        statements: Sequence[Statement],
        *,
        names: frozenset[str] = frozenset(),
    ) -> list[Judged]:
        """Return every statement with its score, best first."""
        if not statements or not question.strip():
            return []
        texts = [statement.text for statement in statements]
        titles = [statement.context or statement.text for statement in statements]
        asked, *rest = self._encoder.encode([question, *texts, *titles])
        subject = _Subject(question, asked, names)
        judged = [
            subject.judge(statement, encoded=encoded, title=title.vector)
            for statement, encoded, title in zip(
                statements, rest[: len(texts)], rest[len(texts) :], strict=True
            )
        ]
        return sorted(judged, key=lambda one: -one.score)


class _Subject:
    """What a question asks: its content words with their states, its kind, its weekdays."""

    def __init__(self, question: str, asked: Encoded, names: frozenset[str]) -> None:
        self._vector = asked.vector
        self._names = names
        self._kind = kind_of(question)
        self._days = weekdays(question)
        self._penalty = DENIABLE_PENALTY if is_yes_or_no(question) else ABSENT_PENALTY
        self._words = [word for word in content(question) if not weekdays(word)] or content(
            question
        )
        self._states = {word: asked.states[at] for at, word in enumerate(asked.words)}

    def judge(self, statement: Statement, *, encoded: Encoded, title: _Vector) -> Judged:
        nearness = self._nearness(encoded.vector, title)
        coverage = self._coverage(statement, encoded)
        holding = holds(statement.text, self._kind)
        score = coverage + NEARNESS_SHARE * nearness + self._day_score(statement)
        score += KIND_BONUS * (holding and self._kind is not Kind.ANY)
        score += PROSE_BONUS * (not statement.label)
        return Judged(
            statement=statement,
            nearness=nearness,
            coverage=coverage,
            score=score,
            holding=holding or self._kind is Kind.PLACE,  # no pattern knows every place
            denying=not statement.label and denies(statement.text),
        )

    def _nearness(self, bare: _Vector, title: _Vector) -> float:
        """The statement alone, or read under its heading, whichever is nearer."""
        headed = bare + TITLE_SHARE * title
        return float(max(bare @ self._vector, headed @ self._vector / np.linalg.norm(headed)))

    def _coverage(self, statement: Statement, encoded: Encoded) -> float:
        if self._days and not any(weight(word) == 1.0 for word in self._words):
            # "Do you work on Sundays?" asks for days and for nothing else
            return DAYS_ALONE if weekdays(statement.text) else 0.0
        said, above = concepts(statement.text), concepts(statement.context)
        total = covered = absent = 0.0
        for word in self._words:
            match = self._match(word, statement, said=said, above=above, encoded=encoded)
            share = weight(word)
            if share < 1:  # a general word weighs less where it is missing than where it is there
                share *= GENERAL_LEAST + (1 - GENERAL_LEAST) * match
            total += share
            covered += share * match
            absent += share == 1.0 and match < ABSENT
        return covered / total - absent * self._penalty if total else 0.0

    def _match(
        self,
        word: str,
        statement: Statement,
        *,
        said: set[str],
        above: set[str],
        encoded: Encoded,
    ) -> float:
        """Return how well a word is covered, 0 to 1."""
        if concept(word) in said:
            return 1.0
        if concept(word) in above:
            return HEADING_SHARE
        if word in self._names:
            return 0.0
        alike = self._alike(word, encoded)
        return min(alike, ALIKE_IN_LIST) if statement.label else alike

    def _alike(self, word: str, encoded: Encoded) -> float:
        state = self._states.get(word)
        if state is None or not len(encoded.states):
            return 0.0
        nearest = float((encoded.states @ state).max())
        return min(ALIKE_MOST, max(0.0, (nearest - ALIKE_FROM) / (ALIKE_TO - ALIKE_FROM)))

    def _day_score(self, statement: Statement) -> float:
        spoken_of = weekdays(statement.text)
        if not self._days:
            return 0.0
        if not spoken_of:
            return -DAY_SILENCE
        return DAY_BONUS if self._days <= spoken_of else -DAY_PENALTY


def _passes(one: Judged, bar: float) -> bool:
    return one.coverage >= LEAST_COVERAGE and one.coverage + NEARNESS_SHARE * one.nearness >= bar


_BACKWARD = word_set(
    """
    it they this that these those he she after then otherwise
    """
)


def _with_antecedent(
    chosen: list[Statement], statements: Sequence[Statement], order: dict[str, int]
) -> list[Statement]:
    """Add the sentence before one that begins with "It" or "They": alone it would mean nothing."""
    first = min(chosen, key=lambda statement: order[statement.text])
    opening = tokens(first.text)[:1]
    at = order[first.text]
    if opening and opening[0] in _BACKWARD and at and not first.label:
        before = statements[at - 1]
        if before.passage == first.passage and before not in chosen:
            return [before, first]
    return chosen
