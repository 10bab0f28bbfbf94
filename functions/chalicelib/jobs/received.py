"""The job of a vendor's event: it takes effect."""

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import EventReceived
from chalicelib.observability import metrics
from chalicelib.services import Services


def work_off(services: Services, envelope: Envelope) -> None:
    """Work an event off; one that was given up leaves the queue, and is counted for an alarm."""
    stands = services.event_worker.work_off(envelope.read(EventReceived).received_event_id)
    metrics.add_metric("ReceivedEventsDead", "Count", int(stands == "dead"))
