"""Folding: the state is what the legal steps lead to, in the order of their places."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.calls.control import Fault
from aiconnected.calls.folding import fold
from aiconnected.calls.history import StateChange
from aiconnected.calls.state import CallState
from aiconnected.kit.ids import new_id

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def change(seq: int, after: str, fault: str = "") -> StateChange:
    return StateChange(
        seq=seq, at=NOW + timedelta(seconds=seq), id=new_id(), body={"after": after}, fault=fault
    )


def test_a_call_without_steps_rings() -> None:
    folded = fold([])

    assert (folded.state, folded.answered_at) == (CallState.RINGING, None)


def test_legal_steps_are_followed_and_the_first_audio_is_the_answer() -> None:
    folded = fold([change(1, "connected"), change(2, "conversing"), change(3, "on_hold")])

    assert folded.state is CallState.ON_HOLD
    assert folded.answered_at == NOW + timedelta(seconds=1)
    assert folded.corrected == ()


@pytest.mark.parametrize("after", ["conversing", "ringing", "flying", ""])
def test_an_illegal_step_is_marked_and_left_out(after: str) -> None:
    wrong = change(1, after)

    folded = fold([wrong, change(2, "connected")])

    assert folded.state is CallState.CONNECTED
    assert folded.corrected == ((wrong, Fault.ILLEGAL),)


def test_a_step_that_turns_out_legal_loses_its_mark() -> None:
    marked = change(2, "conversing", fault=Fault.ILLEGAL)

    folded = fold([change(1, "connected"), marked])

    assert folded.corrected == ((marked, Fault.NONE),)


@given(st.lists(st.sampled_from([*CallState, "nonsense"]), max_size=12))
def test_no_sequence_of_steps_leaves_the_end_of_a_call(steps: list[str]) -> None:
    folded = fold([change(seq, after) for seq, after in enumerate(steps)])

    ends = [step.after for step in folded.steps if step.after in {"ended", "failed"}]
    assert len(ends) <= 1
    assert not ends or folded.state is ends[0]
    assert len(folded.steps) + len(folded.corrected) == len(steps)
