"""Every route of the API under requests that Schemathesis makes up from its description.

Run by `make fuzz`: 200 requests a route by the platform's administrator and 20 by each other role,
or the `FUZZ_SHARE`th part of that. Nothing may end in a 5xx or break what the description promises;
a fifth of what is asked of routes that list, get or change must succeed, and all other routes must
succeed at least once, with a scripted request.
"""

import os
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from aiconnected.users.models import UserRole
from infra.local.stack.layout import ROOT
from tests.fixtures.web_api import ControlPlane
from tests.fixtures.world import Place, Places, World
from tests.fuzz.requesting import ask, sent
from tests.fuzz.scripts import MAY_FAIL_OUTSIDE, SCRIPTS, UNSCRIPTED, Script
from tests.fuzz.shaping import Draws, draws, shaped
from tests.integration.functions.bodies import body_of, operations

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

Route = tuple[str, str]
Schema = Any  # Schemathesis' own
SHARE = int(os.environ.get("FUZZ_SHARE", "1"))
ENOUGH = 40  # requests that a share is told of
WIDEST, OTHERS = max(200 // SHARE, 5), max(20 // SHARE, 2)
CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
READS = [route for route in operations() if route[0] in {"GET", "PATCH"}]
OTHER_ROUTES = [route for route in operations() if route not in READS]
# A request is right by chance too seldom: what they read is made by jobs, or asked of the outside.
RARE = {("GET", "/api/v1/phone-numbers/available")}


@dataclass(slots=True)
class Tally:
    """What came back."""

    statuses: list[int] = field(default_factory=list[int])

    @property
    def succeeded(self) -> float:
        """The share of requests that succeeded."""
        good = sum(200 <= status < 400 for status in self.statuses)
        return good / max(len(self.statuses), 1)


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The committed description."""
    from chalicelib.routes.docs import OPENAPI  # noqa: PLC0415 -- this fixture alone

    return schemathesis.openapi.from_path(str(OPENAPI))


@pytest.fixture
def planes(control_plane: ControlPlane, places: Places) -> dict[UserRole, ControlPlane]:
    """One of each role in the dental practice, its agency, or the platform."""
    found = {
        role: control_plane.as_role(
            role,
            agency_id=None if role is UserRole.PLATFORM_ADMIN else places.own.agency_id,
            tenant_id=places.own.tenant_id if role.value.startswith("tenant") else None,
        )
        for role in UserRole
    }
    found[UserRole.PLATFORM_ADMIN].enter(places.own.agency_id)
    return found


@pytest.mark.parametrize("route", operations(), ids=" ".join)
def test_no_request_breaks_a_route(
    planes: dict[UserRole, ControlPlane], places: Places, world: World, schema: Schema, route: Route
) -> None:
    tallies = {
        role: fuzzed(
            plane,
            schema,
            route,
            world=world,
            place=places.own,
            examples=WIDEST if role is UserRole.PLATFORM_ADMIN else OTHERS,
        )
        for role, plane in planes.items()
    }

    widest = tallies[UserRole.PLATFORM_ADMIN]
    if route in READS and route not in RARE and len(widest.statuses) >= ENOUGH:
        assert widest.succeeded >= 0.2, f"{widest.succeeded:.0%}: {sorted(widest.statuses)}"


def fuzzed(
    plane: ControlPlane, schema: Schema, route: Route, *, world: World, place: Place, examples: int
) -> Tally:
    """Ask so many made-up requests of a route; raises when an answer breaks a promise."""
    method, path = route
    operation = schema[path][method]
    tally = Tally()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=SHARE > 1,
        phases=[Phase.generate],
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )
    @given(case=operation.as_strategy(), chances=draws())
    def once(case: Case[Any], chances: Draws) -> None:
        shaped(case, chances, world=world, place=place)
        answer = ask(plane, sent(case, by=plane))
        tally.statuses.append(answer.status_code)
        assert_no_failure(route, answer.status_code, text=answer.content.decode())
        case.validate_response(answer, checks=CHECKS)

    once()
    return tally


def assert_no_failure(route: Route, status: int, *, text: str) -> None:
    allowed = {502, 503, 504} if route in MAY_FAIL_OUTSIDE else set[int]()
    assert status < 500 or status in allowed, (route, status, text)


@pytest.mark.parametrize("route", OTHER_ROUTES, ids=" ".join)
def test_a_right_request_succeeds(
    planes: dict[UserRole, ControlPlane], world: World, places: Places, route: Route
) -> None:
    if route in UNSCRIPTED:
        assert (ROOT / UNSCRIPTED[route]).exists()
        return
    plane, script = planes[UserRole.PLATFORM_ADMIN], SCRIPTS.get(route, Script())
    place = world.tenant(places.own.agency_id)
    if script.prepare is not None:
        place = script.prepare(world, place) or place
    body = body_of(route, world, place) | dict(script.body)
    method, path = route
    answer = plane.request(
        method,
        world.filled(path, place),
        json_body=body if body or method in {"POST", "PUT"} else None,
    )

    assert 200 <= answer.status < 300, answer.text
