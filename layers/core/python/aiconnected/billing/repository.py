"""Repository of billing: every SQL statement about plans, prices, subscriptions and invoices."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.billing.models import (
    BILLING_EVENTS,
    INVOICES,
    PLANS,
    RATES,
    SUBSCRIPTIONS,
    BillingEvent,
    BookedRate,
    Invoice,
    InvoiceAsOf,
    NewPlan,
    NewRate,
    Plan,
    Subscription,
    SubscriptionAsOf,
)
from aiconnected.billing.months import MonthOfMinutes
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    features: list[str] | None


_PLAN_COLUMNS = frozenset(NewPlan.__dataclass_fields__)


class PlanRepository:
    """Reads and writes plans and the price book."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Plan]:
        """Those that were asked for and may be seen."""
        everything = work.scope.is_platform
        return page(work, SQL["plans"], Plan, of=PLANS, wanted=wanted, all=everything)

    def by_id(self, work: Work, plan_id: UUID) -> Plan | None:
        """The plan, unless deleted or not to be seen."""
        return work.row(SQL["plan"], Plan, plan_id=plan_id, all=work.scope.is_platform)

    def lock(self, work: Work, plan_id: UUID) -> Plan | None:
        """The plan, kept from other writers until the transaction ends."""
        return work.row(SQL["lock_plan"], Plan, plan_id=plan_id)

    def insert(self, work: Work, plan_id: UUID, *, new: NewPlan) -> None:
        """Add it; raises UniqueViolation when the code is taken."""
        work.run(SQL["insert_plan"], id=plan_id, **asdict(new))

    def change(self, work: Work, plan_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the code is taken."""
        change(work, SQL["change_plan"], changes=changes, columns=_PLAN_COLUMNS, plan_id=plan_id)

    def in_use(self, work: Work, plan_id: UUID) -> bool:
        """Whether somebody is subscribed to it."""
        return bool(work.value(SQL["plan_in_use"], bool, plan_id=plan_id))

    def delete(self, work: Work, plan_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete_plan"], plan_id=plan_id, now=now)

    def id_by_price(self, work: Work, price_id: str) -> UUID | None:
        """The plan that is sold under a price of the payment provider's."""
        return work.value(SQL["plan_by_price"], UUID, price_id=price_id)

    def features(self, work: Work, *, agency_id: UUID, tenant_id: UUID | None) -> list[str] | None:
        """What is open to an agency, or to a client of it; None when no plan says."""
        found = work.row(SQL["features"], _Open, agency_id=agency_id, tenant_id=tenant_id)
        return None if found is None else found.features

    def rates(self, work: Work, wanted: ListQuery) -> Page[BookedRate]:
        """The lines of the price book that were asked for and may be seen."""
        costs = work.scope.is_platform
        return page(work, SQL["rates"], BookedRate, of=RATES, wanted=wanted, costs=costs)

    def rate(self, work: Work, rate_id: UUID) -> BookedRate | None:
        """One line, if it may be seen."""
        return work.row(SQL["rate"], BookedRate, rate_id=rate_id, costs=work.scope.is_platform)

    def insert_rate(self, work: Work, rate_id: UUID, *, new: NewRate) -> None:
        """Add a line; raises UniqueViolation when there is one of the same moment."""
        work.run(SQL["insert_rate"], id=rate_id, **asdict(new))

    def delete_rate(self, work: Work, rate_id: UUID, *, now: datetime) -> bool:
        """Take a line back; False when it has come into force."""
        return work.run(SQL["delete_rate"], rate_id=rate_id, now=now) == 1


class AccountRepository:
    """Reads what is owed, and keeps what payment providers say of it."""

    def subscriptions(self, work: Work, wanted: ListQuery) -> Page[Subscription]:
        """Those that were asked for."""
        return page(work, SQL["subscriptions"], Subscription, of=SUBSCRIPTIONS, wanted=wanted)

    def subscription(self, work: Work, subscription_id: UUID) -> Subscription | None:
        """One subscription."""
        return work.row(SQL["subscription"], Subscription, subscription_id=subscription_id)

    def invoices(self, work: Work, wanted: ListQuery) -> Page[Invoice]:
        """Those that were asked for."""
        return page(work, SQL["invoices"], Invoice, of=INVOICES, wanted=wanted)

    def invoice(self, work: Work, invoice_id: UUID) -> Invoice | None:
        """One invoice."""
        return work.row(SQL["invoice"], Invoice, invoice_id=invoice_id)

    def events(self, work: Work, wanted: ListQuery) -> Page[BillingEvent]:
        """Those that were asked for."""
        return page(work, SQL["billing_events"], BillingEvent, of=BILLING_EVENTS, wanted=wanted)

    def event(self, work: Work, event_id: UUID) -> BillingEvent | None:
        """One thing that was said."""
        return work.row(SQL["billing_event"], BillingEvent, billing_event_id=event_id)

    def keep_event(self, work: Work, event: BillingEvent) -> bool:
        """Keep what was said; False when it is kept already."""
        return work.run(SQL["insert_billing_event"], **asdict(event)) == 1

    def minutes(self, work: Work, tenant_id: UUID, *, at: datetime) -> MonthOfMinutes | None:
        """The client's month that holds a moment; None when its minutes are not limited."""
        return work.row(SQL["minutes"], MonthOfMinutes, tenant_id=tenant_id, at=at)

    def keep_subscription(self, work: Work, seen: SubscriptionAsOf) -> bool:
        """As of an event; False when a later one is known.

        Raises UniqueViolation while another subscription of the same one lives.
        """
        return work.run(SQL["keep_subscription"], id=new_id(), **asdict(seen)) == 1

    def keep_invoice(self, work: Work, seen: InvoiceAsOf) -> bool:
        """As of an event; False when a later one is known."""
        values = asdict(seen) | {"lines": json.dumps(seen.lines)}  # a list would be an array
        return work.run(SQL["keep_invoice"], id=new_id(), **values) == 1

    def delete_draft(self, work: Work, stripe_id: str) -> None:
        """Remove an invoice that was never issued."""
        work.run(SQL["delete_draft"], stripe_id=stripe_id)
