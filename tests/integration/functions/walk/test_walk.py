"""Every route, asked by every role, about its own client, a sibling client and another agency's.

What is expected comes from `matrix.py` and `expectations.py`, which nobody generated from the code:
a route that they do not know fails, and so does a route that they know and that is gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from aiconnected.kit.ids import new_id
from chalicelib.declared import Declared
from chalicelib.routes import GROUPS
from tests.fixtures.web_api import NO_SETTINGS, Answer, ControlPlane, services_for_tests
from tests.fixtures.world import Place, Places, World
from tests.fixtures.world_ground import Ground
from tests.integration.functions.bodies import body_of, operations
from tests.integration.functions.walk.expectations import (
    EXPECTED,
    OF_ADMINISTRATORS,
    OF_THE_PLATFORM,
    PUBLIC,
    SIGNED_IN,
    VALUES,
)
from tests.integration.functions.walk.matrix import MATRIX, NO, OWN, ROLES

pytestmark = pytest.mark.integration

Route = tuple[str, str]
ROUTES: dict[Route, Declared] = {r: d for group in GROUPS for r, d in group.declared.items()}
GUARDED = [route for route in EXPECTED if EXPECTED[route] not in {PUBLIC, SIGNED_IN}]
UPLOADS = {("POST", "/api/v1/knowledge-bases/{knowledge_base_id}/documents/files")}
UPLOADED = "multipart/form-data; boundary=b"
UPLOAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="hours.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nWe open at eight.\r\n--b--\r\n"
)
SERVER_ERROR = 500
PAST_ALL_GATES = "The agent has no published version"  # a call asked for in the right place
LISTED = {
    "agents", "appointment_slots", "appointments", "callbacks", "calls", "knowledge_bases",
    "phone_numbers", "tenants",
}  # fmt: skip
OF_AGENCY = {"agency_admin", "agency_user"}


class Expectation(StrEnum):
    """What becomes of a request."""

    LET_IN = "let in"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"
    OF_ANOTHER_CLIENT = "told that it is another client's"
    NOT_ONES_OWN = "told that it is not one's own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody of a role in the dental practice, in its agency, or of the platform."""

    role: str
    plane: ControlPlane
    user_id: str

    def may(self, permission: str) -> str:
        """The matrix's mark."""
        return MATRIX[permission][self.role]


def test_every_route_is_expected_and_nothing_else_is() -> None:
    assert set(ROUTES) == set(EXPECTED)


def test_every_permission_that_is_expected_is_in_the_matrix() -> None:
    assert {each for each in EXPECTED.values() if each not in {PUBLIC, SIGNED_IN}} <= set(MATRIX)


@pytest.fixture
def world(ground: Ground) -> World:
    """A maker of rows where all walks go."""
    return ground.world


@pytest.fixture
def places(ground: Ground) -> Places:
    """Agencies that no other walk has seen."""
    return ground.places()


@pytest.fixture
def askers(ground: Ground, places: Places) -> dict[str, Asker]:
    """One of each role."""
    verify = ground.plane.services.access_tokens.verify
    return {
        role.value: Asker(role=role.value, plane=plane, user_id=str(verify(plane.token).id))
        for role, plane in ground.people(places.own).items()
    }


@pytest.fixture(scope="module")
def nobody() -> ControlPlane:
    """The app without any engine, asked by a stranger."""
    return ControlPlane(services=services_for_tests(NO_SETTINGS))


def asked(asker: Asker, route: Route, *, path: str, body: object) -> Answer:
    """The answer to a request that is right, but for the version that it means to change."""
    method, _ = route
    headers = {"If-Match": '"0"'} if method in {"PATCH", "PUT", "DELETE"} else {}
    if route in UPLOADS:
        return asker.plane.request(method, path, body=UPLOAD, headers={"Content-Type": UPLOADED})
    return asker.plane.request(
        method, path, json_body=None if method == "GET" else body, headers=headers
    )


def filled(path: str, world: World, place: Place) -> str:
    """The path with ids of the place's rows."""

    def value(found: "re.Match[str]") -> str:
        name = found[1]
        return VALUES.get(name) or world.parameter(name, place)

    return re.sub(r"\{(\w+)\}", value, path)


@pytest.mark.parametrize("route", [r for r in EXPECTED if EXPECTED[r] != PUBLIC], ids=" ".join)
def test_a_stranger_is_let_into_no_route_that_is_not_public(
    nobody: ControlPlane, route: Route
) -> None:
    method, path = route
    asked_for = re.sub(r"\{\w+\}", "01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10", path)

    assert nobody.request(method, asked_for).error == (401, "AUTH_TOKEN_MISSING")


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_route_is_for_whom_the_matrix_says_within_their_walls(
    askers: dict[str, Asker],
    places: Places,
    world: World,
    route: Route,
) -> None:
    wrong = [
        f"{role} at {where}: {said}"
        for role in reversed(ROLES)
        for where, said in _walked(askers[role], route, places=places, world=world)
        if said
    ]

    assert wrong == []


def _walked(
    asker: Asker, route: Route, *, places: Places, world: World
) -> Iterator[tuple[str, str]]:
    """What is wrong at each place, empty where nothing is."""
    _, path = route
    scopes = {"own": places.own, "sibling": places.sibling, "other": places.other}
    for where, place in scopes.items():
        here = _fresh(asker, world, place, path=path)
        about = here if "{" in path else places.own.fresh()
        if asker.role == "platform_admin":
            asker.plane.enter(about.agency_id)
        body = body_of(route, world, about)
        answer = asked(asker, route, path=filled(path, world, here), body=body)
        expected = _expected(asker, route, where)
        if said := _against(answer, expected):
            yield where, f"{said}: {answer.text[:200]}"


def _expected(asker: Asker, route: Route, where: str) -> Expectation:
    _, path = route
    mark = asker.may(EXPECTED[route])
    if mark == NO:
        return Expectation.FORBIDDEN
    if "{" not in path or route in OF_THE_PLATFORM or asker.role == "platform_admin":
        return Expectation.LET_IN
    if mark == OWN and route in OF_ADMINISTRATORS:
        return Expectation.NOT_ONES_OWN
    if where == "other":
        return Expectation.HIDDEN
    if asker.role in OF_AGENCY or where == "own":
        colleague = mark == OWN and "{user_id}" in path
        return Expectation.NOT_ONES_OWN if colleague else Expectation.LET_IN
    return Expectation.OF_ANOTHER_CLIENT if "{tenant_id}" in path else Expectation.HIDDEN


def _against(answer: Answer, expected: Expectation) -> str:
    """What an answer has against what is expected, or nothing."""
    status = answer.status
    code = answer.error[1] if status >= 400 else ""
    right = {
        Expectation.LET_IN: (status not in {401, 403, 404} and status < SERVER_ERROR)
        or PAST_ALL_GATES in answer.text,
        Expectation.FORBIDDEN: (status, code) == (403, "AUTHZ_PERMISSION_DENIED"),
        Expectation.HIDDEN: (status, code) == (404, "RES_NOT_FOUND"),
        Expectation.OF_ANOTHER_CLIENT: (status, code) == (403, "AUTHZ_TENANT_MISMATCH"),
        Expectation.NOT_ONES_OWN: status == 403,
    }
    return "" if right[expected] else f"{status}, not {expected}"


def _fresh(asker: Asker, world: World, place: Place, *, path: str) -> Place:
    """The place with no rows yet; for those above tenants a client of its own, as theirs may go."""
    if asker.role.startswith("tenant"):
        return place.fresh()
    if "{agency_id}" in path:
        return world.agency() if asker.role == "platform_admin" else place.fresh()
    return world.tenant(place.agency_id)


@pytest.mark.parametrize(
    "route",
    [r for r, d in ROUTES.items() if d.listable is not None and "{" not in r[1]],
    ids=" ".join,
)
def test_a_list_shows_nothing_from_beyond_the_askers_walls(
    askers: dict[str, Asker], places: Places, world: World, route: Route
) -> None:
    _, path = route
    table = path.removeprefix("/api/v1/").replace("-", "_").split("/")[-1]
    for place in (places.own, places.sibling, places.other):
        if table in LISTED:
            world.id(table, place)
    askers["platform_admin"].plane.enter(places.own.agency_id)
    for role, asker in askers.items():
        answer = asker.plane.get(path, limit="100")
        if asker.may(EXPECTED[route]) == NO:
            continue
        if answer.headers["Content-Type"] != "application/json":
            assert str(places.other.tenant_id) not in answer.text or role == "platform_admin"
            continue
        for row in answer.data:
            if role != "platform_admin" and row.get("agency_id"):
                assert row["agency_id"] == str(places.own.agency_id), (role, row)
            if role.startswith("tenant") and row.get("tenant_id"):
                assert row["tenant_id"] == str(places.own.tenant_id), (role, row)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_ends_or_sees_the_sessions_of_somebody_else(
    askers: dict[str, Asker], places: Places, world: World, role: str
) -> None:
    plane = askers[role].plane
    for place in (places.own, places.sibling, places.other):
        family = new_id()
        world.add(
            "refresh_tokens", place, family_id=family, expires_at=datetime(2100, 1, 1, tzinfo=UTC)
        )
        ended = plane.request("DELETE", f"/api/v1/auth/sessions/{family}")
        assert ended.error == (404, "RES_NOT_FOUND")
    assert plane.get("/api/v1/auth/sessions").data == []


@pytest.mark.parametrize("role", ROLES)
def test_those_who_see_themselves_alone_do_see_themselves(
    askers: dict[str, Asker], role: str
) -> None:
    asker = askers[role]

    assert asker.plane.get(f"/api/v1/users/{asker.user_id}").data["id"] == asker.user_id
    assert asker.user_id in {row["id"] for row in asker.plane.get("/api/v1/users").data}


@pytest.mark.parametrize("role", ["agency_admin", "tenant_admin"])
@pytest.mark.parametrize("route", [r for r in operations() if r[0] == "POST"], ids=" ".join)
def test_nothing_is_made_for_a_client_that_one_may_not_act_for(
    askers: dict[str, Asker], places: Places, world: World, route: Route, role: str
) -> None:
    _, path = route
    asker = askers[role]
    known = body_of(route, world, places.own)
    if "{" in path or "tenant_id" not in known or asker.may(EXPECTED[route]) == NO:
        return
    expected = {"other": (404, "RES_NOT_FOUND")}
    if role == "tenant_admin":
        expected["sibling"] = (403, "AUTHZ_TENANT_MISMATCH")
    for where, error in expected.items():
        tenant_id = str(getattr(places, where).tenant_id)
        body = known | {"tenant_id": tenant_id}
        assert asked(asker, route, path=path, body=body).error == error, where
