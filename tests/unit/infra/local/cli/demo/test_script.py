"""The demo's script is the committed one, and its words are found as people say them."""

import pytest

from infra.local.cli import sound
from infra.local.cli.demo import script
from infra.local.cli.demo.script import Kind, missing

pytestmark = pytest.mark.unit


def test_the_caller_asks_books_and_says_goodbye() -> None:
    lines = script.read("brightwater-dental")

    kinds = [line.kind for line in lines]
    assert kinds[:3] == [Kind.QUESTION, Kind.QUESTION, Kind.UNANSWERABLE]
    assert kinds[-1] is Kind.GOODBYE
    assert {Kind.BOOKING, Kind.TIME, Kind.CHOICE, Kind.NAME, Kind.PHONE, Kind.CONFIRM} <= {*kinds}
    assert len(lines) >= 4


def test_every_question_has_an_answer_to_look_for_and_every_line_a_clip() -> None:
    for line in script.read("brightwater-dental"):
        assert bool(line.answer) is (line.kind is Kind.QUESTION)
        assert line.heard
        assert sound.read_wav(line.clip).seconds > 0.3


@pytest.mark.parametrize(
    ("words", "text", "lacking"),
    [
        ((("Delta Dental",),), "We take delta dental.", []),
        ((("7 pm", "seven"),), "Until Seven.", []),
        ((("7 pm", "seven"), ("today",)), "Until eight.", ["7 pm", "today"]),
        ((("2125550147",),), "It's 212-555 0147.", []),
        ((("2125550147",),), "It's 212-555 0148.", ["2125550147"]),
    ],
)
def test_words_count_in_any_spelling_and_numbers_by_their_digits(
    words: script.Words, text: str, lacking: list[str]
) -> None:
    assert missing(words, text=text) == lacking
