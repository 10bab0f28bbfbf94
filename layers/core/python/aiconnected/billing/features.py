"""What plans open beyond the common (B9): the features there are, and whether one has them."""

from typing import Literal, get_args
from uuid import UUID

from aiconnected.billing.errors import SubscriptionRequired
from aiconnected.billing.repository import PlanRepository
from aiconnected.db import Work

Feature = Literal[
    "advanced-analytics",
    "api-keys",
    "audit-export",
    "custom-functions",
    "custom-roles",
    "outbound-calls",
    "webhooks",
]
FEATURES: tuple[Feature, ...] = get_args(Feature)


class FeatureGate:
    """Works within the caller's unit of work."""

    def __init__(self, plans: PlanRepository) -> None:
        self._plans = plans

    def require(
        self, work: Work, feature: Feature, *, agency_id: UUID, tenant_id: UUID | None
    ) -> None:
        """Raises `SubscriptionRequired` when the plan lacks the feature.

        A client's own subscription counts before its agency's, and that before the plan that the
        platform has named for the agency. Who has no plan of the catalogue has an agreement of its
        own with the platform: everything is open.
        """
        open_to = self._plans.features(work, agency_id=agency_id, tenant_id=tenant_id)
        if open_to is not None and feature not in open_to:
            raise SubscriptionRequired
