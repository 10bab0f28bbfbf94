"""The gate of plans: what a plan does not open is refused before the route is asked (B9)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aiconnected.auth.permissions import Permission
from chalicelib.declared import Admission

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from aiconnected.billing.features import Feature
    from chalicelib.services import Services

# What is made or changed with these permissions; to look at it and to remove it is open to all.
MAKING: "Mapping[Admission, Feature]" = {
    Permission.API_KEYS_MANAGE: "api-keys",
    Permission.FUNCTIONS_EDIT: "custom-functions",
    Permission.ROLES_MANAGE: "custom-roles",
    Permission.WEBHOOKS_MANAGE: "webhooks",
}
READING: "Mapping[Admission, Feature]" = {
    Permission.ANALYTICS_ADVANCED: "advanced-analytics",
    Permission.AUDIT_EXPORT: "audit-export",
}
ROUTES: "Mapping[tuple[str, str], Feature]" = {
    ("POST", "/api/v1/calls/outbound"): "outbound-calls",
    ("POST", "/api/calls/outbound"): "outbound-calls",
}


def feature_of(route: tuple[str, str], access: Admission) -> "Feature | None":
    """What a plan must open for the route; None: nothing."""
    if route in ROUTES:
        return ROUTES[route]
    if route[0] == "GET":
        return READING.get(access)
    return None if route[0] == "DELETE" else MAKING.get(access)


def check(
    services: "Services",
    access: Admission,
    *,
    route: tuple[str, str],
    principal: "Principal | None",
) -> None:
    """Raises `SubscriptionRequired`; the platform's own people need no plan."""
    feature = feature_of(route, access)
    if feature is None or principal is None or principal.agency_id is None:
        return
    # The agency's subscription is above its clients, whose people may not see it.
    scope = replace(principal.scope(reason="check plan"), tenant_id=None)
    with services.database.work(scope) as work:
        services.features.require(
            work, feature, agency_id=principal.agency_id, tenant_id=principal.tenant_id
        )
