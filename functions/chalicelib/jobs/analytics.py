"""The job of days that are over: their figures."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def count_days(services: Services) -> None:
    """Count the days that have ended somewhere since the last run."""
    counted = services.day_counter.run()
    metrics.add_metric("TenantsCounted", "Count", counted)
    logger.info("days counted", extra={"tenants": counted})
