"""The journal's memory is bounded and its entries are told apart by call."""

from itertools import count

import pytest

from infra.local.vendors.engines.journal import Journal

pytestmark = pytest.mark.unit


def test_entries_carry_time_call_event_and_fields() -> None:
    journal = Journal(clock=lambda: 12.5)
    journal.record("a", "stt.final", text="Hello.")

    assert [entry.as_json() for entry in journal.entries()] == [
        {"t": 12.5, "call": "a", "event": "stt.final", "text": "Hello."}
    ]


def test_the_oldest_entries_are_forgotten() -> None:
    ticks = count()
    journal = Journal(capacity=2, clock=lambda: float(next(ticks)))
    for call in "abc":
        journal.record(call, "event")

    assert [entry.call for entry in journal.entries()] == ["b", "c"]
    assert journal.entries("a") == []
    assert [entry.t for entry in journal.entries("c")] == [2.0]
