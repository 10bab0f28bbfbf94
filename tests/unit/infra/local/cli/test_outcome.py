"""The outcome: stored turns joined with what was heard, fillers apart, stages that sum to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from infra.local.cli.conversation import Conversation, Greeting, Turn
from infra.local.cli.ear import Ear
from infra.local.cli.outcome import Evidence, WallClock, as_json, by_utterance
from infra.local.cli.records import CallRecord, MoneyRecord, ToolRecord, TurnRecord
from infra.local.cli.sound import encode
from infra.local.cli.telephone import Ended, Said

pytestmark = pytest.mark.unit

CLOCK = WallClock(1_800_000_000.0)
LOUD = encode(np.where(np.arange(160) % 2, 4000, -4000).astype(np.int16))


def stored(role: str, at: float, text: str, **more: object) -> TurnRecord:
    return TurnRecord.model_validate(
        {"role": role, "text": text, "started_at": CLOCK.at(at), **more}
    )


def evidence(ear: Ear, turns: list[Turn], records: list[TurnRecord]) -> Evidence:
    conversation = Conversation(
        greeting=Greeting(answered=10.0, onset=10.05, ended=12.0),
        turns=tuple(turns),
        ended=Ended(reason="caller-hangup", status="completed", error_code=0, at=30.0),
    )
    record = CallRecord(
        id="c-1",
        status="completed",
        cost=MoneyRecord(micros=10, currency="USD"),
        price=MoneyRecord(micros=25, currency="USD"),
    )
    return Evidence(
        call_sid="CA1",
        to="+12125550142",
        from_="+14155550123",
        leg="twilio",
        conversation=conversation,
        ear=ear,
        stall_ms={"p95": 1.0, "max": 2.0},
        record=record,
        turns=records,
        tools=(),
        recording=None,
    )


def turn(began: float, ended: float, heard: float | None, *, until: float) -> Turn:
    return Turn(
        clip="question",
        said=Said(began=began, ended=ended),
        received=heard,
        heard=heard,
        until=until,
        early_ms=0.0,
        barged_in=False,
        stopped_ms=None,
        underruns=(),
    )


def hearing(*runs: tuple[float, int]) -> Ear:
    ear = Ear()
    for begin, count in runs:
        for index in range(count):
            ear.hear(begin + index * 0.02, LOUD)
    return ear


def test_stored_turns_go_with_the_utterance_they_follow() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    begins = [at, at + timedelta(seconds=5)]
    records = [
        TurnRecord(role=role, text=text, started_at=at + timedelta(seconds=seconds))
        for role, text, seconds in (
            ("agent", "Hello", -3.0),
            ("caller", "one", -0.1),
            ("caller", "two", 1.0),
            ("agent", "Yes", 2.0),
            ("caller", "three", 4.9),
        )
    ]

    groups = by_utterance(records, begins)

    texts = [[record.text for record in group] for group in groups]
    assert texts == [["Hello"], ["one", "two", "Yes"], ["three"]]


def test_what_was_said_comes_from_the_record_and_when_from_the_telephone() -> None:
    records = [
        stored("agent", 10.0, "Good morning.", speech="greeting"),
        stored("caller", 13.05, "When do you open?"),
        stored("agent", 14.6, "At eight. And more.", heard_text="At eight.", interrupted=True),
    ]

    result = as_json(
        evidence(hearing((14.62, 50)), [turn(13.0, 14.0, 14.62, until=16.0)], records), clock=CLOCK
    )

    assert result["greeting"] == {"text": "Good morning.", "first_audio_ms": 50.0}
    (only,) = result["turns"]
    assert only["caller_said"] == "When do you open?"
    assert only["agent_said"] == "At eight."
    assert only["interrupted"]
    assert only["heard_after_ms"] == 620.0
    assert result["duration_ms"] == 20_000.0
    assert result["cost"]["margin"] == {"micros": 15, "currency": "USD"}


def test_a_filler_is_reported_apart_and_the_answer_measured_after_it() -> None:
    ear = hearing((14.5, 20), (16.0, 50))
    records = [
        stored("caller", 13.0, "Book me in."),
        stored("agent", 14.48, "One moment.", speech="filler"),
        stored("agent", 15.98, "Done."),
    ]

    result = as_json(evidence(ear, [turn(13.0, 14.0, 14.5, until=18.0)], records), clock=CLOCK)

    (only,) = result["turns"]
    assert only["heard_after_ms"] == 2000.0
    assert only["fillers"] == [{"text": "One moment.", "heard_after_ms": 500.0}]
    assert only["agent_said"] == "Done."


def test_an_answer_that_runs_on_from_its_filler_is_measured_from_its_own_start() -> None:
    ear = hearing((14.5, 100))
    records = [
        stored("agent", 14.48, "One moment.", speech="filler"),
        stored("agent", 15.5, "Done."),
    ]

    result = as_json(evidence(ear, [turn(13.0, 14.0, 14.5, until=18.0)], records), clock=CLOCK)

    assert 1500 <= result["turns"][0]["heard_after_ms"] <= 1520


def test_the_stages_sum_to_what_was_heard() -> None:
    marks = {
        "committed": 400.0,
        "transcribed": 210.0,
        "retrieved": 220.0,
        "first_token": 370.0,
        "first_clause": 430.0,
        "first_audio": 490.0,
        "sent": 495.0,
    }
    # The agent's host saw the end of speech 12 ms later than it was sent.
    record = stored("agent", 14.5, "Yes.", marks=marks, origin=14.012)

    result = as_json(
        evidence(hearing((14.53, 20)), [turn(13.0, 14.0, 14.53, until=16.0)], [record]),
        clock=CLOCK,
    )

    stages = result["turns"][0]["stages"]
    assert stages["silence_wait"] == pytest.approx(412.0)
    assert sum(stages.values()) == pytest.approx(530.0, abs=0.5)


def test_stages_inside_the_silence_wait_are_reported_as_hidden() -> None:
    marks = {"committed": 500.0, "transcribed": 200.0, "first_token": 380.0, "first_audio": 560.0}
    record = stored("agent", 14.5, "Yes.", marks=marks, origin=14.0)

    result = as_json(
        evidence(hearing((14.6, 20)), [turn(13.0, 14.0, 14.6, until=16.0)], [record]), clock=CLOCK
    )

    (only,) = result["turns"]
    assert only["hidden"]["stt"] == pytest.approx(200.0)
    assert only["hidden"]["llm_first_token"] == pytest.approx(180.0)
    assert only["hidden"]["tts_first_byte"] == pytest.approx(120.0)
    assert only["stages"]["stt"] == 0


def test_the_transcript_says_where_each_turn_lies_and_what_it_belongs_to() -> None:
    records = [
        stored("agent", 10.0, "Good morning.", speech="greeting", audio_ms=20),
        stored("caller", 13.05, "When?", audio_ms=3050),
        stored("agent", 14.6, "At eight. And", heard_text="At eight.", interrupted=True),
    ]

    result = as_json(
        evidence(hearing((14.62, 50)), [turn(13.0, 14.0, 14.62, until=16.0)], records), clock=CLOCK
    )

    first, second, third = result["transcript"]
    assert (first["speech"], first["at_ms"], first["utterance"]) == ("greeting", 20, None)
    assert (second["role"], second["at_ms"], second["utterance"]) == ("caller", 3050, 0)
    assert (third["text"], third["interrupted"], third["utterance"]) == ("At eight.", True, 0)


def test_tools_go_with_the_utterance_they_were_called_for() -> None:
    known = evidence(
        hearing(),
        [turn(13.0, 14.0, 14.5, until=16.0), turn(17.0, 18.0, 18.5, until=20.0)],
        [],
    )
    tool = ToolRecord(name="book_appointment", ok=True, duration_ms=12.34, at=CLOCK.at(18.2))

    result = as_json(replace(known, tools=[tool]), clock=CLOCK)

    assert [turn["tools"] for turn in result["turns"]] == [
        [],
        [{"name": "book_appointment", "ok": True, "code": "", "duration_ms": 12.3}],
    ]


def test_the_bill_is_told_in_parts_with_the_margin_of_each() -> None:
    known = evidence(hearing(), [], [])
    usd = {"micros": 30, "currency": "USD"}
    part = {"component": "tts", "unit": "character", "quantity": "12", "cost": usd}
    bill = {"components": [part | {"price": {"micros": 10, "currency": "USD"}}]}
    record = CallRecord.model_validate({"id": "c-1", "status": "completed", "bill": bill})

    result = as_json(replace(known, record=record), clock=CLOCK)

    (only,) = result["cost"]["components"]
    assert (only["component"], only["unit"], only["quantity"]) == ("tts", "character", 12.0)
    assert only["margin"] == {"micros": -20, "currency": "USD"}
    assert result["cost"]["margin"] is None


def test_without_a_record_the_telephone_still_reports() -> None:
    without = evidence(hearing(), [turn(13.0, 14.0, None, until=26.0)], [])
    without = Evidence(
        call_sid=without.call_sid,
        to=without.to,
        from_=without.from_,
        leg=without.leg,
        conversation=without.conversation,
        ear=without.ear,
        stall_ms=without.stall_ms,
        record=None,
        turns=(),
        tools=(),
        recording=None,
    )

    result = as_json(without, clock=CLOCK)

    assert result["call_id"] is None
    assert result["cost"] is None
    assert result["outcome"] == "completed"
    assert result["turns"][0]["heard_after_ms"] is None
    assert result["turns"][0]["utterance"] == "question"
