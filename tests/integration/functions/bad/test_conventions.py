"""Conventions that hold on every route: moments in UTC, chosen fields, true pages, E.164."""

import re
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.fixtures.world import NOW, Place
from tests.integration.functions.bad.conftest import Scene
from tests.integration.functions.bad.test_bodies import BODIES, Route, schema_of
from tests.integration.functions.bad.traps import fields, placed, plain
from tests.integration.functions.bodies import body_of, operations

pytestmark = pytest.mark.integration

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
READING = [route for route in operations() if route[0] == "GET"]
# Of nobody's own: they show what the asker has, or ask somebody else.
ELSEWHERE = {"/api/v1/phone-numbers/available", "/api/v1/auth/sessions"}
NATIONAL, INTERNATIONAL = "(212) 555-0187", "+12125550187"


def chosen(route: Route) -> list[str]:
    """The fields that a route lets its caller choose."""
    parameters = operations()[route].get("parameters", ())
    found = [p["schema"]["items"]["enum"] for p in parameters if p["name"] == "fields"]
    return found[0] if found else []


def moments(value: object) -> Iterator[str]:
    """Every text within that looks like a moment."""
    if isinstance(value, dict):
        for each in cast("dict[str, object]", value).values():
            yield from moments(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from moments(each)
    elif isinstance(value, str) and _MOMENT.match(value):
        yield value


def resources(scene: Scene, route: Route, place: Place, **query: str) -> Any:  # noqa: ANN401 -- JSON
    """What a route answers of a place that has rows, and nothing where it has none to give."""
    path = scene.world.filled(route[1], place)
    answer = scene.asked(route, place).get(path, **query)
    assert answer.status < 500, answer.text
    if answer.status != 200 or answer.headers.get("Content-Type") != "application/json":
        return None
    return answer.json.get("data")


def test_moments_are_answered_in_utc_whatever_zone_the_database_is_in(scene: Scene) -> None:
    name = conninfo_to_dict(scene.urls.owner)["dbname"]
    with psycopg.connect(scene.urls.owner, autocommit=True) as connection:
        for login in ("app", "platform"):
            statement = f"ALTER ROLE {login} IN DATABASE {name} SET timezone = 'Asia/Kolkata'"
            connection.execute(statement.encode())
    scene.plane.services.database.close()
    del scene.plane.services.database
    seen = [
        (route, moment)
        for route in READING
        if route[1] not in ELSEWHERE
        for moment in moments(resources(scene, route, scene.world.agency()))
    ]

    assert len({route for route, _ in seen}) > 40
    assert [(route, moment) for route, moment in seen if not _UTC.fullmatch(moment)] == []


@pytest.mark.parametrize("route", [r for r in READING if "id" in chosen(r)], ids=" ".join)
def test_only_the_fields_that_were_chosen_are_answered(scene: Scene, route: Route) -> None:
    place = scene.world.agency()
    others = sorted(set(chosen(route)) - {"id"})
    for wanted in ({"id"}, {"id", others[0]}):
        found = resources(scene, route, place, fields=",".join(sorted(wanted)))
        rows = found if isinstance(found, list) else [found] if found else []
        assert all(set(row) == wanted for row in rows)
    path = scene.world.filled(route[1], place)
    unknown = scene.asked(route, place).get(path, fields="id,nobody_knows")
    assert unknown.error == (400, "VAL_UNKNOWN_FIELD")


@pytest.mark.parametrize("first", [{"limit": "2"}, {"limit": "2", "offset": "1"}])
def test_pages_stay_true_while_rows_are_added(scene: Scene, first: dict[str, str]) -> None:
    place = scene.world.agency()
    tenant = {"tenant_id": str(place.tenant_id)}
    made = [str(scene.world.add("opt_outs", place, created_at=NOW)) for _ in range(6)]
    plane = scene.asked(("GET", "/api/v1/opt-outs"), place)
    page = plane.get("/api/v1/opt-outs", **tenant, **first)
    read = [row["id"] for row in page.data]

    while cursor := page.json["meta"]["next_cursor"]:
        scene.world.add("opt_outs", place)  # newer than all: before what has been read
        page = plane.get("/api/v1/opt-outs", **tenant, limit="2", cursor=cursor)
        read += [row["id"] for row in page.data]

    whole = sorted(made, reverse=True)
    assert read == whole[int(first.get("offset", "0")) :]


def phones(route: Route) -> list[str]:
    """Fields of a body that hold a telephone number."""
    return [
        str(path[0])
        for path, schema, _ in fields(schema_of(route))
        if len(path) == 1
        and re.search("phone|number", str(path[0]))
        and plain(schema).get("maxLength") == 50
    ]


@pytest.mark.parametrize("route", [r for r in BODIES if phones(r)], ids=" ".join)
def test_numbers_are_kept_as_e164_however_they_are_written(scene: Scene, route: Route) -> None:
    for name in phones(route):
        place = scene.world.tenant(scene.place.agency_id)
        body = placed(body_of(route, scene.world, place), (name,), NATIONAL)
        path = scene.world.filled(route[1], place)
        plane = scene.asked(route, place)

        answer = plane.request(route[0], path, json_body=body)
        shown = answer.json.get("data") or {}

        assert answer.status < 500 or answer.status == 502, answer.text
        assert all(e["field"] != name for e in answer.json.get("error", {}).get("details", ()))
        if name in shown:
            assert shown[name] == INTERNATIONAL
        wrong = placed(body, (name,), "nobody")
        refused = plane.request(route[0], path, json_body=wrong)
        assert refused.error == (400, "VAL_INVALID_PHONE")
