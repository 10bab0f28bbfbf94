"""The scheduled job of calls that were promised."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def make_callbacks(services: Services) -> None:
    """Have those called whose time has come; what a dead run left goes to a person."""
    made, lost = services.callback_job.run(), services.callback_job.catch_up()
    metrics.add_metric("CallbacksMade", "Count", made)
    if made or lost:
        logger.info("callbacks made", extra={"made": made, "lost": lost})
