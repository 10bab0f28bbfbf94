"""Counting of days that are over: the scheduled job."""

import logging
from datetime import timedelta

from aiconnected.analytics.models import Period, Uncounted
from aiconnected.analytics.repository import AnalyticsRepository
from aiconnected.contracts.catalogue import UsageDay
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.outbox.service import Outbox
from aiconnected.webhooks.happening import happened

logger = logging.getLogger(__name__)

BATCH = 200  # tenants of one run; the rest come with the next
STEP = 31  # days of one transaction
TOLD = timedelta(days=3)  # older ones, counted late, are no news


class DayCounter:
    """Opens its own units of work. Again for the same days, it counts the same.

    A day is counted when it is over in the tenant's own zone, and once more with the next: what
    comes late, such as a bill, is in it then.
    """

    def __init__(
        self, analytics: AnalyticsRepository, *, outbox: Outbox, database: Database, clock: Clock
    ) -> None:
        self._analytics, self._outbox = analytics, outbox
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
                period = Period(first=first, last=last)
                self._analytics.count(work, tenant, period=period)
                self._tell(work, tenant, period=period)
            first = last + timedelta(days=1)

    def _tell(self, work: Work, tenant: Uncounted, *, period: Period) -> None:
        """Announce the days that have just ended; a day that is counted again is not told again."""
        for day in self._analytics.days(work, tenant, period=period):
            if day.day <= tenant.last - TOLD:
                continue
            event = UsageDay(
                day=day.day.isoformat(),
                calls=day.calls,
                duration_ms=day.duration_ms,
                price_micros=day.price_micros,
                currency=day.currency,
            )
            message = happened(
                event,
                of=tenant.tenant_id,
                at=self._clock.now(),
                agency_id=tenant.agency_id,
                tenant_id=tenant.tenant_id,
                version=f"{event.day}:{day.currency}",
            )
            self._outbox.append(work, message)
