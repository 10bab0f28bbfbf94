"""Where streamed text is cut for synthesis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.vendors.deepgram.clauses import Clauses

pytestmark = pytest.mark.unit


def pieces(*texts: str) -> list[str]:
    clauses = Clauses()
    cut = [piece for text in texts for piece in clauses.add(text)]
    return [*cut, rest] if (rest := clauses.flush()) else cut


def test_a_first_clause_leaves_early_and_later_ones_wait_for_their_sentence() -> None:
    text = "Of course I can, and with pleasure, too. Which day, please?"

    assert pieces(text) == [
        "Of course I can,",
        "and with pleasure, too.",
        "Which day, please?",
    ]


def test_a_short_clause_is_not_chopped_off() -> None:
    assert pieces("Sure, I can do that. ") == ["Sure, I can do that."]


@pytest.mark.parametrize(
    "text",
    [
        "That is $29.50 in all.",
        "Dr. Lee is in.",
        "We open at 9 a.m. tomorrow.",
        "Ask for J. Smith.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert pieces(*text) == [text]


def test_a_stop_waits_for_what_follows() -> None:
    clauses = Clauses()

    assert clauses.add("That is $29.") == []
    assert clauses.add("50. ") == ["That is $29.50."]


def test_a_flush_begins_a_new_utterance() -> None:
    clauses = Clauses()
    first = clauses.add("Of course I can, yes")

    assert (first, clauses.flush()) == (["Of course I can,"], "yes")
    assert clauses.add("Of course I can, yes") == ["Of course I can,"]


def test_a_clear_forgets_the_text() -> None:
    clauses = Clauses()
    clauses.add("Half a sentence")
    clauses.clear()

    assert clauses.flush() == ""


@given(st.lists(st.text("ab ,.!?;Dr\n", max_size=12), max_size=12))
def test_no_letter_is_lost_or_moved(texts: list[str]) -> None:
    assert "".join("".join(pieces(*texts)).split()) == "".join("".join(texts).split())
