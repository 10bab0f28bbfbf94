"""The services that deal with the outside: webhooks both ways, and money."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.wiring.services import CoreServices

if TYPE_CHECKING:
    from aiconnected.billing.accounts import AccountService
    from aiconnected.billing.features import FeatureGate
    from aiconnected.billing.plans import PlanService
    from aiconnected.received.inbox import EventWorker, Handler, Inbox
    from aiconnected.webhooks.log import DeliveryLog
    from aiconnected.webhooks.secrets import WebhookSecrets
    from aiconnected.webhooks.sending import WebhookSender
    from aiconnected.webhooks.service import WebhookService


class OutwardServices(CoreServices):
    """One set for a container."""

    @cached_property
    def webhook_secrets(self) -> "WebhookSecrets":
        """What signs webhooks."""
        from aiconnected.webhooks.secrets import WebhookSecrets

        return WebhookSecrets(self.sealer)

    @cached_property
    def webhooks(self) -> "WebhookService":
        """Who is told of events."""
        from aiconnected.webhooks.repository import EndpointRepository
        from aiconnected.webhooks.service import WebhookService

        return WebhookService(
            EndpointRepository(),
            secrets=self.webhook_secrets,
            outside=self.outside,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def webhook_log(self) -> "DeliveryLog":
        """What was sent and what became of it."""
        from aiconnected.webhooks.deliveries import DeliveryRepository
        from aiconnected.webhooks.log import DeliveryLog
        from aiconnected.webhooks.repository import EndpointRepository

        return DeliveryLog(
            DeliveryRepository(), EndpointRepository(), audit=self.audit, clock=self.clock
        )

    @cached_property
    def webhook_sender(self) -> "WebhookSender":
        """The sending."""
        from aiconnected.webhooks.deliveries import DeliveryRepository
        from aiconnected.webhooks.repository import EndpointRepository
        from aiconnected.webhooks.sending import DisabledNotices, WebhookSender

        notices = DisabledNotices(
            agencies=self.agencies, outbox=self.outbox, audit=self.audit, clock=self.clock
        )
        return WebhookSender(
            DeliveryRepository(),
            EndpointRepository(),
            log=self.webhook_log,
            secrets=self.webhook_secrets,
            outside=self.outside,
            notices=notices,
            publisher=self.publisher,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def inbox(self) -> "Inbox":
        """Vendors' events that are worked on later."""
        from aiconnected.received.inbox import Inbox
        from aiconnected.received.storage import StoredEventRepository

        return Inbox(
            StoredEventRepository(),
            outbox=self.outbox,
            audit=self.audit,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def event_handlers(self) -> "dict[str, Handler]":
        """The registry: what the events of each provider do."""
        from aiconnected.billing.repository import AccountRepository, PlanRepository
        from aiconnected.billing.stripe_events import PROVIDER, StripeEvents

        return {
            PROVIDER: StripeEvents(
                AccountRepository(), plans=PlanRepository(), agencies=self.agencies
            ),
        }

    @cached_property
    def event_worker(self) -> "EventWorker":
        """The working off of vendors' events."""
        from aiconnected.received.inbox import EventWorker
        from aiconnected.received.storage import StoredEventRepository

        return EventWorker(
            StoredEventRepository(),
            handlers=self.event_handlers,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def plans(self) -> "PlanService":
        """What is sold."""
        from aiconnected.billing.plans import PlanService
        from aiconnected.billing.repository import PlanRepository

        return PlanService(PlanRepository(), audit=self.audit, clock=self.clock)

    @cached_property
    def features(self) -> "FeatureGate":
        """What plans open."""
        from aiconnected.billing.features import FeatureGate
        from aiconnected.billing.repository import PlanRepository

        return FeatureGate(PlanRepository())

    @cached_property
    def accounts(self) -> "AccountService":
        """What is owed."""
        from aiconnected.billing.accounts import AccountService
        from aiconnected.billing.repository import AccountRepository

        return AccountService(AccountRepository())
