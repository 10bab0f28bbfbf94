"""Plans open features: what one's plan lacks is refused, to one's clients too, and nothing else."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from aiconnected.auth.permissions import Permission
from aiconnected.users.models import UserRole
from chalicelib.plans import feature_of
from chalicelib.routes import GROUPS
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.world import NOW, Place, World

pytestmark = pytest.mark.integration

REQUIRED = (422, "BIZ_SUBSCRIPTION_REQUIRED")
ROUTES = {route: each.access for group in GROUPS for route, each in group.declared.items()}
# A request of each feature, as little as it takes to come past the gate.
ASKED: Mapping[str, tuple[str, str]] = {
    "advanced-analytics": ("GET", "/api/v1/analytics/latency"),
    "api-keys": ("POST", "/api/v1/api-keys"),
    "audit-export": ("GET", "/api/v1/audit-log.csv"),
    "custom-functions": ("POST", "/api/v1/custom-functions"),
    "custom-roles": ("POST", "/api/v1/roles"),
    "outbound-calls": ("POST", "/api/v1/calls/outbound"),
    "webhooks": ("POST", "/api/v1/webhooks/endpoints"),
}


@pytest.fixture
def plan(world: World, tenancies: Tenancies) -> UUID:
    """The plan that the agency of the dental practice is on: it opens webhooks alone."""
    assert tenancies.dental
    nowhere = Place(agency_id=tenancies.dental.agency_id, tenant_id=None)
    return world.add("plans", nowhere, code="standard", features=["webhooks"])


@pytest.fixture
def agency(control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)


def ask(plane: ControlPlane, feature: str) -> Answer:
    method, path = ASKED[feature]
    return plane.request(method, path, json_body=None if method == "GET" else {})


def refused(plane: ControlPlane) -> set[str]:
    """Features that are not open."""
    answers = {feature: ask(plane, feature) for feature in ASKED}
    return {f for f, answer in answers.items() if answer.status >= 400 and answer.error == REQUIRED}


def subscribe(world: World, place: Place, plan: UUID, *, status: str) -> None:
    world.add(
        "subscriptions",
        place,
        plan_id=plan,
        status=status,
        current_period_starts_at=NOW,
        current_period_ends_at=NOW + timedelta(days=30),
    )


def test_every_feature_gates_a_route() -> None:
    gated = {feature for route, access in ROUTES.items() if (feature := feature_of(route, access))}

    assert gated == set(ASKED)
    assert feature_of(("GET", "/api/v1/api-keys"), Permission.API_KEYS_VIEW) is None
    assert feature_of(("DELETE", "/api/v1/roles/{role_id}"), Permission.ROLES_MANAGE) is None


def test_what_the_plan_lacks_is_refused_and_the_rest_is_open(
    agency: ControlPlane, plan: UUID
) -> None:
    assert refused(agency) == set(ASKED) - {"webhooks"}
    assert agency.get("/api/v1/calls").status == 200
    assert agency.get("/api/v1/roles").status == 200


def test_a_clients_people_are_bound_by_their_agencys_plan(
    dental_admin: ControlPlane, plan: UUID
) -> None:
    mine = set(ASKED) - {"advanced-analytics"}  # not a client's anyway

    assert refused(dental_admin) == mine - {"webhooks"}


def test_a_subscription_counts_before_the_plan_that_was_named(
    agency: ControlPlane,
    dental_admin: ControlPlane,
    plan: UUID,
    world: World,
    tenancies: Tenancies,
) -> None:
    dental = tenancies.dental
    nowhere = Place(agency_id=dental.agency_id, tenant_id=None)
    whole = world.add("plans", nowhere, features=list(ASKED))
    subscribe(world, nowhere, whole, status="past_due")
    assert (refused(agency), refused(dental_admin)) == (set(), set())

    place = Place(agency_id=dental.agency_id, tenant_id=dental.tenant_id)
    subscribe(world, place, plan, status="active")

    assert refused(agency) == set()
    assert "custom-functions" in refused(dental_admin)


def test_a_cancelled_subscription_opens_nothing(
    agency: ControlPlane, plan: UUID, world: World, tenancies: Tenancies
) -> None:
    nowhere = Place(agency_id=tenancies.dental.agency_id, tenant_id=None)
    whole = world.add("plans", nowhere, features=list(ASKED))
    subscribe(world, nowhere, whole, status="cancelled")

    assert "custom-roles" in refused(agency)


def test_who_has_no_plan_of_the_catalogue_has_everything(agency: ControlPlane) -> None:
    assert refused(agency) == set()


def test_the_platform_is_bound_where_it_has_entered_and_by_what_that_agency_keeps(
    control_plane: ControlPlane, plan: UUID, tenancies: Tenancies
) -> None:
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    assert refused(platform) == set()

    platform.enter(tenancies.dental.agency_id)

    assert refused(platform) == {"api-keys", "custom-functions", "outbound-calls"}
