"""Who counts as cut off."""

import pytest

from tests.bench.cutoffs import reason
from tests.unit.bench.turning import at, stored, turn

pytestmark = pytest.mark.unit


def test_a_caller_who_was_let_finish_is_not_cut_off() -> None:
    assert not reason(turn(), [stored("caller"), stored()])


def test_a_turn_taken_before_the_caller_had_finished_cuts_though_nothing_was_heard() -> None:
    early = stored("caller", origin=at(-900), marks={"committed": 400.0})

    assert "500 ms before the end" in reason(turn(), [early, stored("caller"), stored()])


def test_an_agent_who_talks_over_the_caller_cuts() -> None:
    assert "heard for 60 ms" in reason(turn(early_ms=60.0), [stored("caller")])
