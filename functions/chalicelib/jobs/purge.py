"""The scheduled job that destroys what is left of deleted clients."""

from chalicelib.observability import logger, metrics
from chalicelib.services import Services


def purge_tenants(services: Services) -> None:
    """Purge clients whose grace period is over."""
    purged = services.purge.run()
    metrics.add_metric("TenantsPurged", "Count", purged)
    if purged:
        logger.warning("tenants purged", extra={"tenants": purged})
