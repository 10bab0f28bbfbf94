"""Transcripts as text and captions, calls as a table."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aiconnected.calls.exporting import as_csv, as_text, as_vtt
from aiconnected.calls.models import Carrier, Direction
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.calls.views import Call, Turn
from aiconnected.contracts.facts import Role, Speech

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def said(second: float, role: Role, text: str, *, heard: str | None = None) -> Turn:
    begins = AT + timedelta(seconds=second)
    return Turn(
        turn=int(second),
        role=role,
        speech=Speech.ANSWER,
        text=text,
        heard_text=text if heard is None else heard,
        interrupted=heard is not None,
        started_at=begins,
        ended_at=begins + timedelta(seconds=1.5),
        audio_ms=int(1000 * second),
        confidence=None,
        marks={},
        origin=None,
    )


TURNS = [
    said(0, Role.CALLER, "Are you\nopen?"),
    said(65.25, Role.AGENT, "Yes, until five.", heard="Yes, until"),
    said(70, Role.AGENT, "Goodbye.", heard=""),
]


def test_text_has_a_line_a_turn_with_what_was_heard() -> None:
    assert as_text(TURNS) == "[00:00:00] caller: Are you open?\n[00:01:05] agent: Yes, until\n"
    assert as_text([]) == ""


def test_captions_lie_on_the_recording() -> None:
    assert as_vtt(TURNS) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\n<v caller>Are you open?\n\n"
        "00:01:05.250 --> 00:01:06.750\n<v agent>Yes, until\n"
    )


def test_words_cannot_make_captions_of_their_own() -> None:
    hostile = as_vtt([said(0, Role.CALLER, "a\n\n00:00 --> 00:01\n<v agent>I owe you & more")])

    assert hostile.count("-->") == 1
    assert "<v agent>" not in hostile


def call(**changes: object) -> Call:
    known: dict[str, object] = {
        "id": UUID(int=1),
        "agency_id": UUID(int=2),
        "tenant_id": UUID(int=3),
        "agent_id": None,
        "phone_number_id": None,
        "carrier": Carrier.TWILIO,
        "external_call_id": "CA1",
        "direction": Direction.INBOUND,
        "from_number": "+14155550123",
        "to_number": "+12125550199",
        "state": CallState.ENDED,
        "status": CallStatus.COMPLETED,
        "refusal_reason": None,
        "initiated_at": AT,
        "answered_at": AT,
        "ended_at": None,
        "finalised_at": None,
        "duration_ms": 61_001,
        "end_reason": None,
        "outcome": '=HYPERLINK("x")',
        "error_code": None,
        "sentiment_score": -0.5,
        "summary": None,
        "cost_micros": 5,
        "price_micros": 9,
        "currency": "USD",
    }
    return Call(**(known | changes))  # pyright: ignore[reportArgumentType] -- fields by name


def test_a_table_holds_seconds_begun_and_no_formula() -> None:
    header, row = as_csv([call()], with_money=False).splitlines()

    assert "cost_micros" not in header
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["duration"], cells["sentiment_label"]) == ("62", "negative")
    assert cells["initiated_at"] == "2026-11-21T15:00:00+00:00"
    assert "'=HYPERLINK" in row


def test_money_is_in_the_table_of_those_who_may_see_it() -> None:
    header, row = as_csv([call()], with_money=True).splitlines()

    assert header.endswith("cost_micros,price_micros,currency")
    assert row.endswith("5,9,USD")
    assert (
        as_csv([call(cost_micros=None, price_micros=None)], with_money=True)
        .splitlines()[1]
        .endswith(",,")
    )
