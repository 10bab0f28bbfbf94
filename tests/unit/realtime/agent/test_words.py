"""Agreement words, the prompt's layers, the window of history and the hours in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from livekit.agents import llm

from aiconnected.calls.models import CallConfig, Holiday, OpeningHours
from realtime.agent import hours
from realtime.agent.backchannel import is_backchannel
from realtime.agent.memory import last_words, with_knowledge, within_budget
from realtime.agent.ports import Passage
from realtime.agent.prompt import knowledge_block, system_prompt
from tests.fixtures.agent import call_config

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text", ["Mm-hm.", "Okay.", "Uh-huh", "yeah, right", "I see.", "Okay okay"]
)
def test_agreement_does_not_interrupt(text: str) -> None:
    assert is_backchannel(text, asked=False)


@pytest.mark.parametrize("text", ["Stop.", "Okay, but how much?", "No.", "", "Please transfer me."])
def test_other_words_interrupt(text: str) -> None:
    assert not is_backchannel(text, asked=False)


def test_yes_answers_a_question_and_a_murmur_does_not() -> None:
    assert not is_backchannel("Yes.", asked=True)
    assert is_backchannel("Mm-hm.", asked=True)


def test_a_word_that_the_recogniser_hardly_believes_is_a_murmur() -> None:
    assert is_backchannel("MEM", asked=False, confidence=0.13)
    assert not is_backchannel("MEM", asked=False, confidence=0.8)


def test_the_prompt_tells_the_day_in_the_tenants_zone_and_the_callers_number() -> None:
    now = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # still the evening before in New York

    prompt = system_prompt(call_config(), now=now)

    assert prompt.startswith("You are the receptionist of a dental practice.")
    assert "Today is Saturday, 2026-11-21. Time zone: America/New_York." in prompt
    assert "Caller's number: +15550100200" in prompt


def test_passages_come_escaped_and_five_at_most() -> None:
    found = [
        Passage(id=str(n), title='A "title"', text=f"{n} < 10 & more", score=1.0) for n in range(7)
    ]

    block = knowledge_block(found)

    assert block.count("<passage ") == 5
    assert '<passage id="0" title="A &quot;title&quot;">0 &lt; 10 &amp; more</passage>' in block


def test_a_passage_beyond_the_budget_is_left_out() -> None:
    found = [Passage(id=str(n), title="t", text="x" * 7000, score=1.0) for n in range(3)]

    assert knowledge_block(found).count("<passage ") == 1


def dialogue(turns: int) -> llm.ChatContext:
    context = llm.ChatContext.empty()
    context.add_message(role="system", content="prompt")
    for number in range(turns):
        context.add_message(role="user", content=f"question {number} " + "x" * 200)
        context.add_message(role="assistant", content=f"answer {number} " + "x" * 200)
    return context


def test_the_window_keeps_instructions_and_the_newest_turns_and_begins_with_the_caller() -> None:
    window = within_budget(dialogue(20), tokens=300)

    messages = window.messages()
    assert [message.role for message in messages[:2]] == ["system", "user"]
    assert str(messages[-1].text_content).startswith("answer 19")
    assert len(messages) < 8


def test_a_window_that_would_begin_with_a_tools_answer_begins_later() -> None:
    context = dialogue(1)
    context.insert(llm.FunctionCall(call_id="1", name="look", arguments="{}"))
    context.insert(
        llm.FunctionCallOutput(call_id="1", name="look", output="x" * 400, is_error=False)
    )
    context.add_message(role="user", content="thanks")

    window = within_budget(context, tokens=105)

    assert [item.type for item in window.items] == ["message", "message"]
    assert last_words(window) == "thanks"


def test_knowledge_goes_before_the_callers_last_words_of_a_copy_only() -> None:
    context = dialogue(2)
    copy = within_budget(context)

    with_knowledge(copy, "<knowledge>")

    changed = [m.content for m in copy.messages() if m.content[0] == "<knowledge>"]
    assert len(changed) == 1
    assert str(changed[0][1]).startswith("question 1")
    assert all(message.content[0] != "<knowledge>" for message in context.messages())


@pytest.fixture
def practice() -> CallConfig:
    open_days = [OpeningHours(weekday=day, opens=time(8), closes=time(17, 30)) for day in range(5)]
    closed = Holiday(day=date(2026, 11, 26), name="Thanksgiving")
    short = Holiday(day=date(2026, 12, 24), name="Christmas Eve", opens=time(9), closes=time(12))
    return replace(call_config(), hours=tuple(open_days), holidays=(closed, short))


def test_hours_of_an_ordinary_day(practice: CallConfig) -> None:
    day = hours.on_day(practice, date(2026, 11, 23))

    assert (day["open"], day["hours"]) == (True, [{"opens": "08:00", "closes": "17:30"}])
    assert day["spoken"] == "On Monday, November 23 we are open from 8 a.m. to 5:30 p.m."


def test_holidays_override_the_week(practice: CallConfig) -> None:
    closed, short = (
        hours.on_day(practice, date(2026, 11, 26)),
        hours.on_day(practice, date(2026, 12, 24)),
    )

    assert closed["spoken"] == "On Thursday, November 26 (Thanksgiving) we are closed."
    assert short["hours"] == [{"opens": "09:00", "closes": "12:00"}]


def test_the_week_in_words_names_every_day(practice: CallConfig) -> None:
    week = str(hours.week(practice)["spoken"])

    assert "Monday open from 8 a.m. to 5:30 p.m." in week
    assert "Sunday closed" in week


@pytest.mark.parametrize(
    ("at", "words"),
    [(time(0), "12 a.m."), (time(9, 5), "9:05 a.m."), (time(12), "12 p.m."), (time(13), "1 p.m.")],
)
def test_times_as_a_person_says_them(at: time, words: str) -> None:
    assert hours.spoken_time(at) == words
