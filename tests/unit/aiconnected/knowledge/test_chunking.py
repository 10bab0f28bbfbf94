"""Chunking: passages are small, whole, in order, and know what they stand under."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.knowledge.chunking import Sizes, chunk

pytestmark = pytest.mark.unit

SMALL = Sizes(limit=40, overlap=12)


def test_headings_become_the_context_of_what_stands_under_them() -> None:
    text = "# Practice\nHello there.\n\n## Hours\nOpen at eight.\n\n## Fees\n### Children\nFree."

    chunks = chunk(text, title="Acme Dental")

    assert [(found.heading, found.text) for found in chunks] == [
        ("Acme Dental > Practice", "Hello there."),
        ("Acme Dental > Practice > Hours", "Open at eight."),
        ("Acme Dental > Practice > Fees > Children", "Free."),
    ]
    assert chunks[1].context == "Acme Dental > Practice > Hours\nOpen at eight."


def test_a_heading_that_repeats_the_title_is_said_once() -> None:
    assert chunk("# Fees\nFifty dollars.", title="Fees")[0].heading == "Fees"


def test_a_heading_written_above_a_rule_is_a_heading() -> None:
    chunks = chunk("Our fees\n========\nFifty dollars.\n\nLate\n----\nMore.")

    assert [found.heading for found in chunks] == ["Our fees", "Our fees > Late"]


def test_sentences_are_never_cut() -> None:
    sentences = [f"We see patient number {n} of Dr. Lee at 9 a.m. every day." for n in range(12)]

    chunks = chunk(" ".join(sentences), sizes=SMALL)

    assert len(chunks) > 2
    assert all(found.text.startswith("We see") for found in chunks)
    assert all(found.text.endswith("day.") for found in chunks)


def test_the_last_sentence_of_a_passage_opens_the_next() -> None:
    sentences = [f"Rule number {n} applies to all." for n in range(20)]

    chunks = chunk(" ".join(sentences), sizes=SMALL)

    for before, after in pairwise(chunks):
        assert before.text.rpartition(". ")[2] == after.text.partition(". ")[0] + "."


def test_a_tables_head_is_repeated_above_its_rows() -> None:
    rows = "\n".join(f"| Treatment {n} | ${n}00 |" for n in range(1, 15))

    chunks = chunk(f"## Fees\n\n| Treatment | Fee |\n|---|---|\n{rows}", sizes=SMALL)

    assert len(chunks) > 2
    assert all(found.text.startswith("| Treatment | Fee |\n| Treatment") for found in chunks)
    assert sum(found.text.count("$") for found in chunks) == 14


def test_list_items_stay_on_lines_of_their_own() -> None:
    chunks = chunk("We take:\n- cash\n- cards\n1. first\nand more. Truly.")

    assert chunks[0].text == "We take:\n- cash\n- cards\n1. first\nand more. Truly."


def test_one_endless_sentence_is_cut_between_words() -> None:
    chunks = chunk("word " * 100, sizes=SMALL)

    assert [found.tokens for found in chunks] == [40, 40, 20]


@pytest.mark.parametrize("text", ["", " \n\t\n", "# Only a heading", "| a | b |\n|---|---|"])
def test_a_document_that_says_nothing_has_no_passage(text: str) -> None:
    assert chunk(text) == []


@given(st.text(alphabet="ab.|-#1 \n\r\t)!A", max_size=400))
def test_no_passage_is_empty_or_too_long(text: str) -> None:
    chunks = chunk(text, sizes=SMALL)

    assert all(0 < found.tokens <= SMALL.limit for found in chunks)
    assert [found.position for found in chunks] == list(range(len(chunks)))


@given(
    st.lists(st.sampled_from(["one", "two.", "Three", "\n", "\n\n", "4)", "five!"]), max_size=90)
)
def test_every_word_of_prose_is_kept_in_order(words: list[str]) -> None:
    chunks = chunk(" ".join(words), sizes=Sizes(limit=40, overlap=0))

    kept = [word for found in chunks for word in found.text.split()]
    assert kept == " ".join(words).split()
