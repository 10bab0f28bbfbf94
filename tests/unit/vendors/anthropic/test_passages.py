"""Passages cut into statements, and statements made speakable."""

import pytest

from infra.local.vendors.anthropic.receptionist import speech
from infra.local.vendors.anthropic.receptionist.passages import (
    Passage,
    read_passages,
    sentences,
    statements,
    without_passages,
)
from infra.local.vendors.anthropic.receptionist.speech import Asked

pytestmark = pytest.mark.unit


def texts(text: str, title: str = "") -> list[str]:
    return [one.text for one in statements([Passage(title=title, text=text)])]


def spoken(text: str) -> list[str]:
    return [speech.statement(one) for one in statements([Passage(title="", text=text)])]


def test_the_last_block_of_knowledge_counts_and_five_passages_of_it() -> None:
    passages = "".join(f'<passage id="{n}" title="T{n}">Text {n}</passage>' for n in range(7))
    text = (
        "Facts come from <knowledge> alone. "
        '<knowledge><passage id="1" title="Old">Old</passage></knowledge>'
        f" and <knowledge>{passages}</knowledge> What is it?"
    )

    read = read_passages(text)

    assert read is not None
    assert [passage.title for passage in read] == ["T0", "T1", "T2", "T3", "T4"]
    assert "Old" not in without_passages(text)
    assert without_passages(text).endswith("What is it?")


def test_no_block_is_told_from_an_empty_one() -> None:
    assert read_passages("Facts come from <knowledge> alone.") is None
    assert read_passages("<knowledge>\n</knowledge>") == []


def test_escaped_and_odd_passages_are_read() -> None:
    block = '<knowledge><passage id="1" title="Fees &gt; Q&amp;A">5 &lt; 6</passage></knowledge>'
    raw = '<knowledge><passage id="1" title="Fees > Crowns">Text</passage></knowledge>'

    assert read_passages(block) == [Passage(title="Fees > Q&A", text="5 < 6")]
    assert read_passages(raw) == [Passage(title="Fees > Crowns", text="Text")]


def test_prose_is_cut_between_sentences_only() -> None:
    assert sentences("Dr. Ruiz is in. We open at 9 a.m. on Fridays. It costs $1.50! Yes?") == [
        "Dr. Ruiz is in.",
        "We open at 9 a.m. on Fridays.",
        "It costs $1.50!",
        "Yes?",
    ]


def test_lists_tables_and_questions_become_statements() -> None:
    text = (
        "## Prices\n\n| Treatment | Price |\n|---|---|\n| Crown | $1,100 |\n\n"
        "- **Cleaning**: $120\n- Fillings\n\nQ: Do you do implants?\nA: No, we refer you."
    )

    found = statements([Passage(title="Fees", text=text)])

    assert [(one.text, one.label, one.context) for one in found] == [
        ("Crown: $1,100", "Crown", "Fees. Prices"),
        ("Cleaning: $120", "Cleaning", "Fees. Prices"),
        ("Fillings", "", "Fees. Prices"),
        ("No, we refer you.", "", "Fees. Do you do implants?"),
    ]


def test_wide_tables_name_their_columns() -> None:
    text = "| Card | Accepted | Fee |\n|---|---|---|\n| Visa | Yes | – |\n| Amex | No | 3 % |"

    assert texts(text) == ["Visa: accepted", "Amex: not accepted, Fee 3 %"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Crown: $1,100", "Crown is $1,100."),
        ("Thursday: 10am-9pm", "On Thursday it's 10 AM to 9 PM."),
        ("We open at 8:00 AM – closed on Sunday", "We open at 8 AM, closed on Sunday."),
        ("Children's cut (under 12): $25", "Children's cut, under 12, is $25."),
        ("See [our site](https://x.test) **now**", "See our site now."),
    ],
)
def test_statements_are_made_speakable(written: str, said: str) -> None:
    assert spoken(written) == [said]


def test_a_long_first_clause_gets_a_short_opener() -> None:
    long = "There is free parking for patients behind the building; enter from Mill Lane."

    assert speech.opened(long).endswith(long)
    assert speech.opened(long).index(".") < 20
    assert speech.opened("Crown is $1,100.") == "Crown is $1,100."


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (speech.ASK_SERVICE, Asked.SERVICE),
        (f"Great. {speech.ASK_NAME}", Asked.NAME),
        (speech.ASK_THIS_NUMBER, Asked.THIS_NUMBER),
        (speech.offer(["9 AM", "10 AM"], on="Tuesday"), Asked.WHICH),
        (speech.confirm(service="cleaning", when="Tuesday", name="A", number=""), Asked.CONFIRM),
        ("Shall I book a cleaning for Tue", Asked.CONFIRM),
        (f"{speech.UNKNOWN} {speech.ASK_CALLBACK}", Asked.CALLBACK),
        (speech.FINE, Asked.MORE),
        ("A crown costs $1,100.", None),
    ],
)
def test_what_was_asked_is_known_from_the_words(said: str, asked: Asked | None) -> None:
    assert speech.asked_in(said) is asked


def test_a_booking_is_announced_whatever_the_tool_tells() -> None:
    assert speech.booked("") == "You're booked."
    assert speech.booked("Tuesday at 10 a.m.") == "You're booked for Tuesday at 10 a.m."
    assert speech.booked("You are booked for Tuesday.") == "You are booked for Tuesday."
