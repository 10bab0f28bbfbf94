"""The scheduled jobs: what was left behind is finished, what will be needed is made."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def sweep_outbox(services: Services) -> None:
    """Send messages that no relay has sent."""
    relayed = services.relay.sweep()
    metrics.add_metric("OutboxSent", "Count", relayed.sent)
    metrics.add_metric("OutboxFailed", "Count", relayed.failed)


def reap_calls(services: Services) -> None:
    """Close calls whose owner is lost."""
    metrics.add_metric("CallsReaped", "Count", services.reaper.reap())


def catch_up(services: Services) -> None:
    """Do the jobs of messages that were lost or that gave up."""
    calls = services.finaliser.catch_up()
    recordings = services.recordings.catch_up()
    documents = services.knowledge.catch_up()
    events = services.event_worker.catch_up()
    done = {"calls": calls, "recordings": recordings, "documents": documents, "events": events}
    metrics.add_metric("JobsCaughtUp", "Count", sum(done.values()))
    if any(done.values()):
        logger.warning("jobs caught up", extra=done)


def keep_house(services: Services) -> None:
    """Make next months' partitions; forget what nobody repeats any more, and months long ago."""
    made = services.schema.ensure_partitions()
    forgotten = services.received.sweep() + services.idempotency.sweep()
    forgotten += services.webhook_sender.sweep() + services.refresh_token_sweep.run()
    retired = services.schema.retire_partitions()
    done = {"partitions": made, "retired": retired, "forgotten": forgotten}
    logger.info("house kept", extra=done)
