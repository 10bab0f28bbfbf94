"""Median and 95th percentile."""

import pytest

from tests.bench.quantiles import p50, p95

pytestmark = pytest.mark.unit


def test_figures_lie_between_the_samples_beside_them() -> None:
    assert p50([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert p95(range(101)) == pytest.approx(95)


def test_nothing_has_no_figures() -> None:
    assert p50([]) is None
    assert p95([]) is None
