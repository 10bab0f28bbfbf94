"""The scheduled job of exports."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def make_exports(services: Services) -> None:
    """Make the exports that were asked for, and forget those whose time is over."""
    made, expired = services.export_job.run(), services.export_job.expire()
    metrics.add_metric("ExportsMade", "Count", made)
    if made or expired:
        logger.info("exports made", extra={"made": made, "expired": expired})
