"""A client's minutes of a month: how many it may speak, and that it is told when they run out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.billing.models import BillingEvent
from aiconnected.billing.months import MonthOfMinutes
from aiconnected.billing.repository import AccountRepository
from aiconnected.contracts.catalogue import QuotaEvent, QuotaExceeded, QuotaWarning
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.outbox.service import Outbox
from aiconnected.webhooks.happening import happened

OURS = "voice"  # provider of the billing events that are our own
QUOTA = "monthly_minutes"
_THRESHOLDS: tuple[tuple[float, type[QuotaEvent]], ...] = (
    (0.8, QuotaWarning),
    (1.0, QuotaExceeded),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Whose minutes they are."""

    agency_id: UUID
    tenant_id: UUID


class MinuteQuota:
    """Works within the caller's unit of work. Months are those of the client's own zone."""

    def __init__(self, accounts: AccountRepository, *, outbox: Outbox, clock: Clock) -> None:
        self._accounts, self._outbox, self._clock = accounts, outbox, clock

    def used_up(self, work: Work, tenant_id: UUID, *, at: datetime) -> bool:
        """Whether the month of that moment has none left."""
        month = self._accounts.minutes(work, tenant_id, at=at)
        return month is not None and month.share >= 1

    def tell(self, work: Work, client: Client, *, at: datetime) -> None:
        """Announce what the month of that moment has reached: each threshold once a month."""
        month = self._accounts.minutes(work, client.tenant_id, at=at)
        if month is None:
            return
        for share, event in _THRESHOLDS:
            if month.share >= share and self._first(work, client, month, event=event.TYPE):
                self._announce(work, client, month, event=event)

    def _first(self, work: Work, client: Client, month: MonthOfMinutes, *, event: str) -> bool:
        return self._accounts.keep_event(
            work,
            BillingEvent(
                id=new_id(),
                agency_id=client.agency_id,
                tenant_id=client.tenant_id,
                provider=OURS,
                external_id=f"{event}:{client.tenant_id}:{month.begins:%Y-%m}",
                type=event,
                body={"quota": QUOTA, "limit": month.allowed, "used": month.used},
                occurred_at=self._clock.now(),
            ),
        )

    def _announce(
        self, work: Work, client: Client, month: MonthOfMinutes, *, event: type[QuotaEvent]
    ) -> None:
        message = happened(
            event(quota=QUOTA, limit=month.allowed, used=month.used),
            of=client.tenant_id,
            at=self._clock.now(),
            agency_id=client.agency_id,
            tenant_id=client.tenant_id,
            version=f"{QUOTA}:{month.begins:%Y-%m}",
        )
        self._outbox.append(work, message)
