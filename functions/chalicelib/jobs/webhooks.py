"""The jobs of webhooks that we send: told to those who listen, and tried until they get through."""

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DeliveryDue, EventHappened
from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def work(services: Services, envelope: Envelope) -> None:
    """Fan an event out, or try a delivery; both may come again."""
    match envelope.read(EventHappened, DeliveryDue):
        case EventHappened():
            metrics.add_metric("WebhooksMade", "Count", services.webhook_sender.fan_out(envelope))
        case DeliveryDue():
            outcome = services.webhook_sender.deliver(envelope)
            if outcome is not None:
                name = "WebhooksSent" if outcome.ok else "WebhooksRefused"
                metrics.add_metric(name, "Count", 1)


def dispatch(services: Services) -> None:
    """Have webhooks sent whose time has come."""
    due = services.webhook_sender.dispatch()
    if due:
        logger.info("webhooks dispatched", extra={"webhooks": due})
