"""Counting of days that are over: the scheduled job."""

import logging
from datetime import timedelta

from aiconnected.analytics.models import Period, Uncounted
from aiconnected.analytics.repository import AnalyticsRepository
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock

logger = logging.getLogger(__name__)

BATCH = 200  # tenants of one run; the rest come with the next
STEP = 31  # days of one transaction


class DayCounter:
    """Opens its own units of work. Again for the same days, it counts the same.

    A day is counted when it is over in the tenant's own zone, and once more with the next: what
    comes late, such as a bill, is in it then.
    """

    def __init__(self, analytics: AnalyticsRepository, *, database: Database, clock: Clock) -> None:
        self._analytics = analytics
        self._database = database
        self._clock = clock

    def run(self) -> int:
        """How many tenants were counted."""
        with self._database.work(Scope.platform("find days to count")) as work:
            waiting = self._analytics.uncounted(work, now=self._clock.now(), limit=BATCH)
        for tenant in waiting:
            self._count(tenant)
        return len(waiting)

    def _count(self, tenant: Uncounted) -> None:
        first = tenant.first
        while first <= tenant.last:
            last = min(first + timedelta(days=STEP - 1), tenant.last)
            with self._database.work(Scope.platform("count days")) as work:
                self._analytics.count(work, tenant, period=Period(first=first, last=last))
            first = last + timedelta(days=1)
