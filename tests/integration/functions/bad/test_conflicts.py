"""Every route that writes, asked in vain: another version, a parent that is gone, foreign ids."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.fixtures.web_api import Answer, ControlPlane, services_for_tests
from tests.fixtures.world import table_of
from tests.integration.functions.bad.conftest import Scene, of_agency
from tests.integration.functions.bad.test_bodies import BODIES, Route, kept, schema_of
from tests.integration.functions.bad.traps import Path, fields, placed, plain
from tests.integration.functions.bodies import body_of, operations

pytestmark = pytest.mark.integration

VERSIONED = [
    route
    for route, described in operations().items()
    if any(p["name"] == "If-Match" for p in described.get("parameters", ()))
]
# A week is replaced whole, and a role is given or it is not: there is no version to compare.
UNVERSIONED = {
    ("PUT", "/api/v1/tenants/{tenant_id}/business-hours"),
    ("PUT", "/api/v1/users/{user_id}/roles/{role_id}"),
}
REFUSED = {400, 403, 404, 409, 410, 422}
# Characters of two places in UTF-16, of none on paper, and such as turn the text around.
NASTY = "\U0001f469\U0001f3fde\u0301\u202e\u2066\u2069\ufeff"


def ask(plane: ControlPlane, route: Route, path: str, *, body: object, **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = None if route[0] == "DELETE" else body
    return plane.request(route[0], path, json_body=sent, headers=given)


def test_whatever_changes_a_resource_can_be_told_which_version_it_means() -> None:
    changing = {route for route in operations() if route[0] in {"PATCH", "PUT"}}

    assert changing - set(VERSIONED) == UNVERSIONED


@pytest.mark.parametrize("route", VERSIONED, ids=" ".join)
def test_a_version_that_is_no_more_is_not_changed(scene: Scene, route: Route) -> None:
    place = scene.world.agency()
    body = body_of(route, scene.world, place)
    path, plane = scene.world.filled(route[1], place), scene.asked(route, place)
    before = kept(scene.urls)

    for stale in ('"0"', '"1", "2"', "nonsense"):
        answer = ask(plane, route, path, body=body, If_Match=stale)
        assert answer.error == (412, "RES_PRECONDITION_FAILED"), answer.text

    assert kept(scene.urls) == before


@pytest.mark.parametrize("route", [r for r in VERSIONED if r[0] in {"PATCH", "PUT"}], ids=" ".join)
def test_of_two_writers_at_once_one_is_told_to_read_again(scene: Scene, route: Route) -> None:
    place = scene.world.agency()
    body = body_of(route, scene.world, place)
    path = scene.world.filled(route[1], place)
    read = path.removesuffix("/role")
    one = scene.asked(route, place)
    other = ControlPlane(services=services_for_tests(one.services.settings))
    other.token = one.token
    tags = {plane.get(read).headers["ETag"] for plane in (one, other)}
    (tag,) = tags
    together = Barrier(2)

    def write(plane: ControlPlane) -> Answer:
        together.wait()
        return plane.request(route[0], path, json_body=body, headers={"If-Match": tag})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(write, (one, other)))
    other.services.database.close()
    other.services.redis.close()

    assert sorted(answer.status for answer in answers) == [200, 412], [a.text for a in answers]


def parents(route: Route) -> Iterator[str]:
    """The path's parameters that name rows which can be deleted."""
    for part in route[1].split("/"):
        if part.startswith("{"):
            yield part.strip("{}")


@pytest.mark.parametrize("route", [r for r in BODIES if "{" in r[1]], ids=" ".join)
def test_nothing_is_written_below_what_was_deleted(scene: Scene, route: Route) -> None:
    for parameter in parents(route):
        place = scene.world.agency()
        body = body_of(route, scene.world, place)
        path, plane = scene.world.filled(route[1], place), scene.asked(route, place)
        table = table_of(parameter)
        if not scene.world.delete(table, place):
            continue
        before = kept(scene.urls)

        answer = ask(plane, route, path, body=body)

        assert answer.status in {404, 410}, (parameter, answer.text)
        assert kept(scene.urls) == before


def foreign(route: Route) -> Iterator[Path]:
    """Where a body names a row."""
    for path, schema, _ in fields(schema_of(route)):
        names = [step for step in path if isinstance(step, str)]
        if plain(schema).get("format") == "uuid" and names[-1].rstrip("s").endswith("_id"):
            yield path


@pytest.mark.parametrize("route", [r for r in BODIES if list(foreign(r))], ids=" ".join)
def test_no_body_names_what_is_another_agencys(scene: Scene, route: Route) -> None:
    place, other = scene.world.agency(), scene.world.agency()
    body = body_of(route, scene.world, place)
    for path in foreign(route):
        name = next(step for step in reversed(path) if isinstance(step, str)).removesuffix("s")
        if name in {"agency_id", "tenant_id"} and not of_agency(route):
            continue  # the platform may name any; the walk asks as others
        there = placed(body, path, scene.world.parameter(name, other))
        target, plane = scene.world.filled(route[1], place), scene.asked(route, place)
        before = kept(scene.urls)

        answer = ask(plane, route, target, body=there)

        assert answer.status in REFUSED, (path, answer.text)
        after = kept(scene.urls)
        if answer.status == 403:  # who names what is not theirs is noted
            assert after.pop("audit_log") != before.pop("audit_log")
        assert after == before


def texts(route: Route) -> Iterator[tuple[Path, int]]:
    """Where a body has text of any shape, and how long it may be."""
    for path, schema, _ in fields(schema_of(route)):
        kind = plain(schema)
        if kind.get("type") == "string" and not {"format", "pattern", "enum", "const"} & set(kind):
            yield path, min(kind.get("maxLength", 1000), 20_000)


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
def test_text_in_any_script_is_kept_as_it_is_or_refused(scene: Scene, route: Route) -> None:
    for path, longest in texts(route):
        place = scene.world.tenant(scene.place.agency_id)
        body = body_of(route, scene.world, place)
        text = (NASTY * longest)[:longest]
        target, plane = scene.world.filled(route[1], place), scene.asked(route, place)

        answer = ask(plane, route, target, body=placed(body, path, text))

        told = (path, answer.text[:300])
        assert answer.status < 500 or answer.status == 502, told
        if answer.status in {200, 201} and len(path) == 1:
            assert _same(answer.json.get("data"), str(path[0]), text), told


def _same(shown: Any, name: str, text: str) -> bool:  # noqa: ANN401 -- JSON
    """Whether a resource that shows the field shows what was sent."""
    if not isinstance(shown, dict) or not isinstance(shown.get(name), str):
        return True
    return shown[name] == text
