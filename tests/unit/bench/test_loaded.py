"""Figures of a load count only when all calls were taken."""

import pytest

from tests.bench.load import MANY, Load
from tests.bench.loaded import judge
from tests.bench.rows import Report
from tests.bench.targets import read

pytestmark = pytest.mark.unit


def load(*, live: int) -> Load:
    return Load(
        live=live,
        cpu=50.0,
        late_ms=1.0,
        first_rss=200 << 20,
        all_rss=220 << 20,
        others_busy=70.0,
        turns=100,
        unheard=0,
    )


def test_a_figure_of_all_calls_is_judged() -> None:
    report = Report(read().targets)

    judge(report, "load.cpu_per_call", load(live=MANY), value=2.0)

    assert [(row.value, row.ok) for row in report.rows] == [(2.0, True)]


def test_a_figure_of_fewer_calls_is_missed_and_says_so() -> None:
    report = Report(read().targets)

    judge(report, "load.cpu_per_call", load(live=13), value=1.0)

    assert [(row.value, row.ok) for row in report.rows] == [(None, False)]
    assert report.notes == ["load.cpu_per_call: only 13 of 25 calls were taken"]
