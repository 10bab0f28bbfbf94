"""Every route of the API under requests that Schemathesis makes up from its description.

Run by `make fuzz`: 200 requests a route by the platform's administrator and 20 by each other role,
or the `FUZZ_SHARE`th part of that. Nothing may end in a 5xx or break what the description promises;
a fifth of what is asked of routes that list, get or change must succeed, and all other routes must
succeed at least once, with a scripted request. Nobody is locked out or told to come later: rates
are not limited here, and no example signs in. The summary counts what was answered.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
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
from tests.fixtures.web_api import ControlPlane
from tests.fixtures.world import Place, World
from tests.fixtures.world_ground import Ground
from tests.fuzz.neighbours import DEEDS, Scene
from tests.fuzz.requesting import ask, sent
from tests.fuzz.scripts import SCRIPTS, Script
from tests.fuzz.shaping import Draws, draws, shaped
from tests.integration.functions.bodies import body_of, operations

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

Route = tuple[str, str]
Schema = Any  # Schemathesis' own
Recorder = Callable[[str, object], None]
SHARE = int(os.environ.get("FUZZ_SHARE", "1"))
WIDEST, OTHERS = max(200 // SHARE, 5), max(20 // SHARE, 2)
CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
READS = [route for route in operations() if route[0] in {"GET", "PATCH"}]
OTHER_ROUTES = [route for route in operations() if route not in READS]


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The committed description."""
    from chalicelib.routes.docs import OPENAPI  # noqa: PLC0415 -- this fixture alone

    return schemathesis.openapi.from_path(str(OPENAPI))


@pytest.mark.parametrize("route", operations(), ids=" ".join)
def test_no_request_breaks_a_route(
    ground: Ground, schema: Schema, route: Route, record_property: Recorder
) -> None:
    place = ground.places().own
    planes = ground.people(place)
    planes[UserRole.PLATFORM_ADMIN].enter(place.agency_id)

    tallies = fuzzed(planes, schema, route, world=ground.world, place=place)

    for role, statuses in tallies.items():
        record_property(role.value, dict(statuses))
        assert statuses.total() >= (WIDEST if role is UserRole.PLATFORM_ADMIN else OTHERS)
    widest = tallies[UserRole.PLATFORM_ADMIN]
    if route in READS:
        good = sum(count for status, count in widest.items() if status < 400)
        assert good >= 0.2 * widest.total(), widest


def fuzzed(
    planes: Mapping[UserRole, ControlPlane],
    schema: Schema,
    route: Route,
    *,
    world: World,
    place: Place,
) -> Mapping[UserRole, Counter[int]]:
    """Ask so many made-up requests of a route; raises when an answer breaks a promise.

    What the others ask is asked by the platform's administrator too.
    """
    method, path = route
    tallies = {role: Counter[int]() for role in reversed(UserRole)}  # the widest comes last
    widest = tallies[UserRole.PLATFORM_ADMIN]

    @settings(
        max_examples=WIDEST,
        deadline=None,
        database=None,
        derandomize=SHARE > 1,
        phases=[Phase.generate],
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )
    @given(case=schema[path][method].as_strategy(), chances=draws())
    def once(case: Case[Any], chances: Draws) -> None:
        shaped(case, chances, world=world, place=place)
        everybody = widest.total() % (WIDEST // OTHERS) == 0
        for role in tallies if everybody else [UserRole.PLATFORM_ADMIN]:
            plane = planes[role]
            answer = ask(plane, sent(case, by=plane))
            tallies[role][answer.status_code] += 1
            assert answer.status_code < 500, (role, answer.content.decode())
            case.validate_response(answer, checks=CHECKS)

    once()
    return tallies


@pytest.mark.parametrize("route", OTHER_ROUTES, ids=" ".join)
def test_a_right_request_succeeds(ground: Ground, route: Route) -> None:
    place = ground.places().own
    plane = ground.people(place)[UserRole.PLATFORM_ADMIN].enter(place.agency_id)
    if route in DEEDS:
        answer = DEEDS[route](Scene(ground=ground, plane=plane, place=place))
    else:
        script = SCRIPTS.get(route, Script())
        if script.prepare is not None:
            place = script.prepare(ground.world, place) or place
        body = body_of(route, ground.world, place) | dict(script.body(place))
        method, path = route
        answer = plane.request(
            method,
            ground.world.filled(path, place),
            json_body=body if body or method in {"POST", "PUT"} else None,
        )

    assert 200 <= answer.status < 300, answer.text


def test_every_script_is_of_a_route_that_needs_one() -> None:
    assert {*SCRIPTS, *DEEDS} <= set(OTHER_ROUTES)
    assert not set(SCRIPTS) & set(DEEDS)
