"""Analytics as they are read: within the caller's scope, by days of each client's own zone."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from aiconnected.analytics.errors import PeriodInvalid
from aiconnected.analytics.models import (
    EARLIEST,
    LATEST,
    LONGEST,
    LONGEST_RAW,
    LONGEST_TURNS,
    MARKS,
    By,
    FigureRow,
    Figures,
    Period,
    Used,
    Waits,
    Which,
)
from aiconnected.analytics.repository import AnalyticsRepository
from aiconnected.db import Work
from aiconnected.kit.clock import Clock

DEFAULT_DAYS = 30
_GROUPS = 5_000  # keys that one answer holds
EXPORTED = 20_000
EACH = "each"


class AnalyticsService:
    """Works within the caller's unit of work."""

    def __init__(self, analytics: AnalyticsRepository, *, clock: Clock) -> None:
        self._analytics, self._clock = analytics, clock

    def period(self, first: date | None, last: date | None) -> Period:
        """What was asked for; left out, it ends today, and has thirty days.

        Raises `PeriodInvalid` for days that no calendar of ours has.
        """
        until = last or self._clock.now().date()
        if not EARLIEST <= (first or until) <= LATEST or not EARLIEST <= until <= LATEST:
            raise PeriodInvalid(days=LONGEST)
        if first is None:
            return Period.until(until, days=DEFAULT_DAYS)
        return Period(first=first, last=until)

    def summary(self, work: Work, period: Period, *, which: Which) -> Figures:
        """All of the period; raises `PeriodInvalid`."""
        return Figures.merged(self._rows(work, period, which=which, by=By.NOTHING))

    def grouped(self, work: Work, period: Period, *, which: Which, by: By) -> list[Figures]:
        """By day, client or agent; raises `PeriodInvalid`."""
        return _merged(self._rows(work, period, which=which, by=by))

    def each(self, work: Work, period: Period, *, which: Which) -> list[Figures]:
        """By day, client and agent at once, twenty thousand at most; raises `PeriodInvalid`."""
        return _merged(self._rows(work, period, which=which, by=EACH, limit=EXPORTED))

    def usage(self, work: Work, period: Period, *, which: Which) -> list[Used]:
        """What was used by component; raises `PeriodInvalid`."""
        period.check(days=LONGEST_RAW)
        return self._analytics.usage(work, period, which=which)

    def waits(self, work: Work, period: Period, *, which: Which) -> list[Waits]:
        """How long answers took, mark by mark as they follow each other; raises `PeriodInvalid`."""
        period.check(days=LONGEST_TURNS)
        found = self._analytics.waits(work, period, which=which)
        return sorted(found, key=lambda waits: MARKS.index(waits.mark))

    def _rows(
        self, work: Work, period: Period, *, which: Which, by: str, limit: int = _GROUPS
    ) -> list[FigureRow]:
        period.check(days=LONGEST)
        return self._analytics.figures(work, period, which=which, by=by, limit=limit)


def _merged(rows: Iterable[FigureRow]) -> list[Figures]:
    """A Figures a key: rows of one key follow each other."""
    return [Figures.merged(same) for _, same in groupby(rows, key=_key)]


def _key(row: FigureRow) -> tuple[object, ...]:
    return row.day, row.tenant_id, row.agent_id
