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
    numbers = services.number_orders.catch_up()
    done = {
        "calls": calls,
        "recordings": recordings,
        "documents": documents,
        "events": events,
        "numbers": numbers,
    }
    metrics.add_metric("JobsCaughtUp", "Count", sum(done.values()))
    if any(done.values()):
        logger.warning("jobs caught up", extra=done)


def keep_house(services: Services) -> None:
    """Make next months' partitions, retire old ones; forget what is done with; see what grows."""
    watch_growth(services)
    made = services.schema.ensure_partitions()
    forgotten = services.received.sweep() + services.idempotency.sweep()
    forgotten += services.webhook_sender.sweep() + services.refresh_token_sweep.run()
    forgotten += services.unverified_sign_ups.purge()
    retired = services.schema.retire_partitions()
    done = {"partitions": made, "retired": retired, "forgotten": forgotten}
    logger.info("house kept", extra=done)


def watch_growth(services: Services) -> None:
    """Measure the tables that only grow, and warn of those near their threshold (D7)."""
    near = 0
    for size in services.growth.sizes():
        metrics.add_metric(f"Rows_{size.name}", "Count", size.rows)
        if size.is_near:
            near += 1
            said = {"table": size.name, "rows": size.rows, "threshold": size.threshold}
            logger.warning("table near its threshold", extra=said)
    metrics.add_metric("TablesNearThreshold", "Count", near)
