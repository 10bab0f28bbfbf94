"""The targets are those of the issue, and the plan keeps the turns it promises."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from aiconnected.calls.models import TURN_PRESETS
from tests.bench.plan import Plan
from tests.bench.targets import FILE, read

pytestmark = pytest.mark.unit


def test_every_promise_of_the_issue_is_there() -> None:
    promised = {name: target.at_most for name, target in read().targets.items()}

    assert promised == {
        "heard_after.fast.p50": 650,
        "heard_after.fast.p95": 850,
        "heard_after.default.p50": 750,
        "heard_after.default.p95": 950,
        "turns.fast.lost": 2,
        "turns.default.lost": 2,
        "waterfall.residual.max": 20,
        "own_overhead.p50": 15,
        "own_overhead.p95": 40,
        "cut_off.fast": 0,
        "cut_off.default": 0,
        "greeting.p50": 80,
        "media_leg.in.p50": 5,
        "media_leg.out.p50": 5,
        "underruns.one_call": 1,
        "underruns.four_calls": 10,
        "load.cpu_per_call": 3,
        "load.cpu_per_call.no_vad": 2,
        "load.ticker_late.p95": 3,
        "load.memory_per_call": 6,
        "control_plane.request.p50": 300,
        "api.one_query.p50": 2,
        "control_plane.calls_list.ratio": 1,
    }


def test_fifty_turns_a_preset_in_three_runs() -> None:
    plan = Plan.of(read(), quick=False)

    assert (len(plan.runs), sum(plan.runs)) == (3, 50)


def test_quick_is_ten_turns_in_one_run() -> None:
    assert Plan.of(read(), quick=True).runs == (10,)


def test_pauses_are_those_of_the_products_presets() -> None:
    assert read().pauses == {"fast": 300, "default": 400}
    assert set(read().pauses) == set(TURN_PRESETS)


def test_a_misspelt_target_is_refused(tmp_path: Path) -> None:
    misspelt = tmp_path / "targets.toml"
    misspelt.write_text(FILE.read_text(encoding="utf-8").replace("at_most =", "atmost =", 1))

    with pytest.raises(ValidationError):
        read(misspelt)
