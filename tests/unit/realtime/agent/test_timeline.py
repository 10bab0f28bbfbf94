"""Marks of a turn, the log of turns and the meters."""

import asyncio
from decimal import Decimal

import pytest

from aiconnected.contracts.facts import Component, Role, Speech, TurnCommitted, UsageMeasured
from realtime.agent.speech.audio_log import RATE, AudioLog
from realtime.agent.speech.heard import Heard
from realtime.agent.speech.script import Script
from realtime.agent.timeline import Hearing, Reply
from realtime.agent.turns import TurnLog
from realtime.agent.usage import Usage
from tests.fakes.loop_clock import START, LoopClock
from tests.fixtures.agent import FactList

pytestmark = pytest.mark.unit


def heard(text: str, *, received: float, ended: float = 10.0, final: bool = False) -> Heard:
    return Heard(
        text=text,
        final=final,
        confidence=0.9,
        began=8.0,
        began_ms=8000,
        ended=ended,
        received=received,
    )


def test_a_turn_ends_with_its_last_word_and_is_known_when_its_words_first_were() -> None:
    hearing = Hearing()
    hearing.add(heard("what time", received=9.0, ended=8.9))
    hearing.add(heard("what time do you close", received=10.21))
    hearing.add(heard("What time do you close?", received=10.5, final=True))

    turn = hearing.commit("What time do you close?", confidence=0.9, now=10.51)

    assert (turn.origin, turn.began, turn.began_ms) == (10.0, 8.0, 8000)
    assert turn.marks() == {"committed": 510.0, "transcribed": 210.0}


def test_the_next_turn_begins_with_what_is_heard_next() -> None:
    hearing = Hearing()
    hearing.add(heard("hello", received=10.2, final=True))
    hearing.commit("hello", confidence=None, now=10.5)
    hearing.add(heard("thanks", received=20.2, ended=20.0, final=True))

    assert hearing.commit("thanks", confidence=None, now=20.5).origin == 20.0


def test_a_turn_of_which_nothing_was_heard_still_is_one() -> None:
    turn = Hearing().commit("hello", confidence=None, now=5.0)

    assert turn.marks() == {"committed": 0.0, "transcribed": 0.0}


def test_an_answers_marks_count_from_the_end_of_the_callers_speech() -> None:
    hearing = Hearing()
    hearing.add(heard("hello", received=10.2, final=True))
    turn = hearing.commit("hello", confidence=None, now=10.5)

    reply = Reply(turn=turn, retrieved=10.25, first_token=10.4, first_audio=10.49, sent=10.502)

    assert reply.marks() == {
        "committed": 500.0,
        "transcribed": 200.0,
        "retrieved": 250.0,
        "first_token": 400.0,
        "first_audio": 490.0,
        "sent": 502.0,
    }


async def test_turns_are_numbered_and_dated_as_they_were_heard() -> None:
    facts, hearing = FactList(), Hearing()
    log = TurnLog(facts, LoopClock(), leg_ms=lambda at: round(at * 1000))
    await asyncio.sleep(12)
    hearing.add(heard("hello", received=10.2, final=True))
    log.caller(hearing.commit("hello", confidence=0.9, now=10.5))
    log.agent(Reply(text="Hi, how are you?", sent=11.0), heard="Hi, how", interrupted=True)

    caller, agent = facts.of(TurnCommitted)
    assert (caller.turn, caller.role, caller.audio_ms) == (0, Role.CALLER, 8000)
    assert (caller.started_at - START).total_seconds() == pytest.approx(8.0)
    assert (caller.ended_at - START).total_seconds() == pytest.approx(10.0)
    assert (agent.turn, agent.role, agent.speech) == (1, Role.AGENT, Speech.ANSWER)
    assert (agent.text, agent.heard_text) == ("Hi, how are you?", "Hi, how")
    assert (agent.audio_ms, agent.interrupted) == (11000, True)
    assert (agent.ended_at - START).total_seconds() == pytest.approx(12.0)


def test_meters_are_read_since_the_last_reading_and_named_anew() -> None:
    facts = FactList()
    usage = Usage(facts)
    for _ in range(50):
        usage.add(Component.STT, 0.02, provider="deepgram", model="nova-3")
    usage.add(Component.TTS, 12, provider="deepgram", model="aura")
    usage.read()
    usage.add(Component.STT, 2.0, provider="deepgram", model="nova-3")
    usage.read()
    usage.read()

    records = facts.of(UsageMeasured)
    assert [(r.component, r.quantity, r.unit) for r in records] == [
        (Component.STT, Decimal("1.00"), "second"),
        (Component.TTS, Decimal(12), "character"),
        (Component.STT, Decimal("2.0"), "second"),
    ]
    assert len({record.ref for record in records}) == 3


def test_the_audio_log_finds_the_frame_that_holds_an_instant() -> None:
    log = AudioLog()
    for number in range(10):
        log.append(bytes(160), arrived=100 + number * 0.02, at_ms=number * 20)

    found = [log.at(position) for position in (0, 159, 160, 1599)]
    assert [chunk.at_ms for chunk in found if chunk] == [0, 0, 20, 180]
    assert [chunk.at_ms for chunk in log.since(1300)] == [160, 180]
    assert log.since(log.end) == []


def test_the_audio_log_forgets_what_is_settled_and_what_is_too_old() -> None:
    log = AudioLog(keep=1.0)
    for number in range(100):
        log.append(bytes(160), arrived=number * 0.02, at_ms=number * 20)
    kept = log.end - log.start
    log.forget(log.end - 320)

    assert kept == RATE
    assert [chunk.at_ms for chunk in log.since(0)] == [1960, 1980]


async def test_a_script_can_be_read_again_from_its_beginning_while_it_is_written() -> None:
    script = Script()

    async def read() -> list[str]:
        return [token async for token in script.read()]

    first = asyncio.create_task(read())
    script.add("Sure, ")
    await asyncio.sleep(0)
    second = asyncio.create_task(read())
    script.add("I can help. ")
    speakable = script.speakable.is_set()
    script.end()

    assert await first == await second == ["Sure, ", "I can help. "]
    assert speakable


@pytest.mark.parametrize(
    ("text", "speakable"),
    [
        ("Sure, ", False),
        ("Yes. ", True),
        ("We are open Monday, ", True),
        ("We are open until", False),
    ],
)
def test_a_voice_may_begin_with_a_sentence_or_a_clause(text: str, speakable: bool) -> None:
    script = Script()

    script.add(text)

    assert script.speakable.is_set() is speakable
