"""The two figures by which samples are judged: the median and the 95th percentile."""

from collections.abc import Iterable

import numpy as np


def p50(samples: Iterable[float]) -> float | None:
    """The median; None of nothing."""
    return _quantile(samples, 50)


def p95(samples: Iterable[float]) -> float | None:
    """The 95th percentile, interpolated between the samples beside it; None of nothing."""
    return _quantile(samples, 95)


def _quantile(samples: Iterable[float], percent: float) -> float | None:
    known = list(samples)
    return float(np.percentile(known, percent)) if known else None
