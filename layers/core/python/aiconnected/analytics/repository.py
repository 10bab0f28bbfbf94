"""Repository of analytics: every SQL statement about figures."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiconnected.analytics.models import (
    MARKS,
    QUANTILES,
    CountedDay,
    FigureRow,
    Period,
    Uncounted,
    Used,
    Waits,
    Which,
)
from aiconnected.db import Queries, Work

SQL = Queries.beside(__file__)


class AnalyticsRepository:
    """Reads figures, and counts days."""

    def figures(
        self, work: Work, period: Period, *, which: Which, by: str, limit: int
    ) -> list[FigureRow]:
        """Sums by `by`, which is a By or `each` for day, tenant and agent at once."""
        return work.rows(
            SQL["figures"], FigureRow, by=by, limit=limit, **asdict(period), **asdict(which)
        )

    def usage(self, work: Work, period: Period, *, which: Which) -> list[Used]:
        """What was used by component."""
        return work.rows(SQL["usage"], Used, tenant_id=which.tenant_id, **asdict(period))

    def waits(self, work: Work, period: Period, *, which: Which) -> list[Waits]:
        """How long answers took, mark by mark."""
        return work.rows(
            SQL["waits"],
            Waits,
            tenant_id=which.tenant_id,
            marks=list(MARKS),
            quantiles=list(QUANTILES),
            **asdict(period),
        )

    def uncounted(self, work: Work, *, now: datetime, limit: int) -> list[Uncounted]:
        """Tenants with days to be counted, in the platform's scope."""
        return work.rows(SQL["uncounted"], Uncounted, now=now, limit=limit)

    def count(self, work: Work, tenant: Uncounted, *, period: Period) -> None:
        """Count these days of a tenant anew, in the platform's scope."""
        which: dict[str, Any] = {"tenant_id": tenant.tenant_id, **asdict(period)}
        work.run(SQL["hold"], tenant_id=tenant.tenant_id)
        work.run(SQL["forget"], **which)
        work.run(SQL["count"], agency_id=tenant.agency_id, timezone=tenant.timezone, **which)
        work.run(SQL["note"], agency_id=tenant.agency_id, **which)

    def days(self, work: Work, tenant: Uncounted, *, period: Period) -> list[CountedDay]:
        """Counted days of a tenant that had calls, in the platform's scope."""
        return work.rows(SQL["days"], CountedDay, tenant_id=tenant.tenant_id, **asdict(period))
