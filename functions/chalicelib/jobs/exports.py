"""The scheduled job of exports and imports."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def make_exports(services: Services) -> None:
    """Make the exports that were asked for, forget those whose time is over, read imports in."""
    made, expired = services.export_job.run(), services.export_job.expire()
    imported, abandoned = services.import_job.run(), services.import_job.abandon()
    metrics.add_metric("ExportsMade", "Count", made)
    metrics.add_metric("ImportsDone", "Count", imported)
    done = {"made": made, "expired": expired, "imported": imported, "abandoned": abandoned}
    if any(done.values()):
        logger.info("exports made", extra=done)
