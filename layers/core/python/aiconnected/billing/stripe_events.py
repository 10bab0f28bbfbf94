"""What Stripe's events do: customers, subscriptions and invoices as Stripe has them.

The same event again changes nothing, and an older one that comes later neither: what is kept is as
of the newest event. One that names a customer or a price we do not know is tried again later.
"""

from collections.abc import Callable
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.billing.errors import BillingUnknown
from aiconnected.billing.models import BillingEvent, InvoiceAsOf, SubscriptionAsOf
from aiconnected.billing.repository import AccountRepository, PlanRepository
from aiconnected.billing.stripe_objects import (
    Owned,
    StripeEvent,
    StripeInvoice,
    StripeSubscription,
    micros,
    moment,
    optional,
)
from aiconnected.db import Work
from aiconnected.kit.ids import new_id
from aiconnected.received.models import StoredEvent

PROVIDER = "stripe"
_CUSTOMERS = frozenset({"customer.created", "customer.updated"})


class StripeEvents:
    """Handler of the inbox for Stripe, in the platform's scope."""

    def __init__(
        self, accounts: AccountRepository, *, plans: PlanRepository, agencies: AgencyService
    ) -> None:
        self._accounts, self._plans, self._agencies = accounts, plans, agencies

    def __call__(self, work: Work, event: StoredEvent) -> None:
        """Take an event in; raises `BillingUnknown`, or ValidationError for a strange object."""
        read = StripeEvent.model_validate_json(event.body or "")
        handle = self._handler(read.type)
        if handle is None:
            return
        owner = self._owner(work, read)
        handle(work, read, owner)
        self._keep(work, read, owner)

    def _handler(self, kind: str) -> "Callable[[Work, StripeEvent, UUID], None] | None":
        if kind.startswith("customer.subscription."):
            return self._subscription
        if kind == "invoice.deleted":
            return self._deleted
        if kind.startswith("invoice.") and kind != "invoice.upcoming":  # has no id yet
            return self._invoice
        return self._customer if kind in _CUSTOMERS else None

    def _owner(self, work: Work, event: StripeEvent) -> UUID:
        """The agency: by its customer, else by the id that we gave Stripe with it."""
        about = Owned.model_validate(event.data.object)
        customer = about.id if event.type in _CUSTOMERS else about.customer
        found = self._agencies.by_customer(work, customer) if customer else None
        named = about.named("agency_id")
        if found is None and named is not None and self._agencies.exists(work, named):
            found = named
        if found is None:
            raise BillingUnknown
        return found

    def _customer(self, work: Work, event: StripeEvent, owner: UUID) -> None:
        customer = Owned.model_validate(event.data.object)
        self._agencies.link_customer(work, owner, customer_id=customer.id)

    def _subscription(self, work: Work, event: StripeEvent, owner: UUID) -> None:
        given = StripeSubscription.model_validate(event.data.object)
        plan_id = self._plans.id_by_price(work, given.items.data[0].price.id)
        if plan_id is None:
            raise BillingUnknown
        starts_at, ends_at = given.period
        self._accounts.keep_subscription(
            work,
            SubscriptionAsOf(
                stripe_id=given.id,
                agency_id=owner,
                tenant_id=given.named("tenant_id"),
                plan_id=plan_id,
                status=given.standing,
                starts_at=starts_at,
                ends_at=ends_at,
                cancel_at=optional(given.cancel_at),
                as_of=event.at,
            ),
        )

    def _invoice(self, work: Work, event: StripeEvent, owner: UUID) -> None:
        given = StripeInvoice.model_validate(event.data.object)
        currency = given.currency.upper()
        total, tax = micros(given.total, currency), micros(given.taxes, currency)
        lines: list[dict[str, object]] = [
            {
                "description": line.description or "",
                "quantity": line.quantity,
                "micros": micros(line.amount, currency),
            }
            for line in given.lines.data
        ]
        self._accounts.keep_invoice(
            work,
            InvoiceAsOf(
                stripe_id=given.id,
                agency_id=owner,
                tenant_id=given.named("tenant_id"),
                number=given.number or given.id,
                status=given.standing,
                starts_at=moment(given.period_start),
                ends_at=moment(given.period_end),
                subtotal_micros=total - tax,
                tax_micros=tax,
                total_micros=total,
                currency=currency,
                lines=lines,
                issued_at=optional(given.status_transitions.finalized_at),
                due_at=optional(given.due_date),
                paid_at=optional(given.status_transitions.paid_at),
                as_of=event.at,
            ),
        )

    def _deleted(self, work: Work, event: StripeEvent, _owner: UUID) -> None:
        self._accounts.delete_draft(work, Owned.model_validate(event.data.object).id)

    def _keep(self, work: Work, event: StripeEvent, owner: UUID) -> None:
        about = Owned.model_validate(event.data.object)
        self._accounts.keep_event(
            work,
            BillingEvent(
                id=new_id(),
                agency_id=owner,
                tenant_id=about.named("tenant_id"),
                provider=PROVIDER,
                external_id=event.id,
                type=event.type,
                body={"object": about.id, "status": event.data.object.get("status")},
                occurred_at=event.at,
            ),
        )
