"""What is owed, as the payment provider has told it: read by the agency that owes it."""

from uuid import UUID

from aiconnected.billing.errors import (
    BillingEventNotFound,
    InvoiceNotFound,
    SubscriptionNotFound,
)
from aiconnected.billing.models import BillingEvent, Invoice, Subscription
from aiconnected.billing.repository import AccountRepository
from aiconnected.db import Work
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page


class AccountService:
    """Reads within the caller's unit of work, whose scope says whose."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def subscriptions(self, work: Work, wanted: ListQuery) -> Page[Subscription]:
        """Subscriptions within the scope."""
        return self._accounts.subscriptions(work, wanted)

    def subscription(self, work: Work, subscription_id: UUID) -> Subscription:
        """One subscription; raises `SubscriptionNotFound`."""
        found = self._accounts.subscription(work, subscription_id)
        if found is None:
            raise SubscriptionNotFound
        return found

    def invoices(self, work: Work, wanted: ListQuery) -> Page[Invoice]:
        """Invoices within the scope."""
        return self._accounts.invoices(work, wanted)

    def invoice(self, work: Work, invoice_id: UUID) -> Invoice:
        """One invoice; raises `InvoiceNotFound`."""
        found = self._accounts.invoice(work, invoice_id)
        if found is None:
            raise InvoiceNotFound
        return found

    def events(self, work: Work, wanted: ListQuery) -> Page[BillingEvent]:
        """What payment providers said, within the scope."""
        return self._accounts.events(work, wanted)

    def event(self, work: Work, event_id: UUID) -> BillingEvent:
        """One thing that was said; raises `BillingEventNotFound`."""
        found = self._accounts.event(work, event_id)
        if found is None:
            raise BillingEventNotFound
        return found
