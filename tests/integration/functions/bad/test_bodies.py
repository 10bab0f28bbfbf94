"""Every route that takes JSON, given what it must not take: refused with code and field, unwritten.

The traps are made of the committed description, so that a field which is added is tried too.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import Answer
from tests.integration.functions.bad.conftest import Scene
from tests.integration.functions.bad.traps import Trap, plain, traps
from tests.integration.functions.bodies import body_of, operations

pytestmark = pytest.mark.integration

Route = tuple[str, str]
JSON = "application/json"
BODIES = [
    route
    for route, described in operations().items()
    if JSON in described.get("requestBody", {}).get("content", {})
]
_TABLES = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1
"""
NO_BODIES: dict[str, tuple[bytes, str, tuple[int, str]]] = {
    "nothing": (b"", JSON, (400, "VAL_REQUIRED")),
    "null": (b"null", JSON, (400, "VAL_REQUIRED")),
    "half": (b"{", JSON, (400, "VAL_MALFORMED_JSON")),
    "other bytes": (b"\xff\xfe{}", JSON, (400, "VAL_MALFORMED_JSON")),
    "deep lists": (b"[" * 100_000, JSON, (400, "VAL_MALFORMED_JSON")),
    "deep objects": (b'{"a":' * 100_000, JSON, (400, "VAL_MALFORMED_JSON")),
    "no number": (b'{"a": NaN}', JSON, (400, "VAL_MALFORMED_JSON")),
    "endless number": (b'{"a": ' + b"9" * 5000 + b"}", JSON, (400, "VAL_MALFORMED_JSON")),
    "a list": (b"[]", JSON, (400, "VAL_INVALID_TYPE")),
    "a text": (b'"text"', JSON, (400, "VAL_INVALID_TYPE")),
    "a form": (b"a=b", "application/x-www-form-urlencoded", (415, "RES_UNSUPPORTED_MEDIA_TYPE")),
    "xml": (b"<a/>", "text/xml", (415, "RES_UNSUPPORTED_MEDIA_TYPE")),
    "a file": (b"--b--", "multipart/form-data; boundary=b", (415, "RES_UNSUPPORTED_MEDIA_TYPE")),
}


def schema_of(route: Route) -> dict[str, Any]:
    """What the body of a route is described as."""
    return operations()[route]["requestBody"]["content"][JSON]["schema"]


def kept(urls: DatabaseUrls) -> dict[str, str]:
    """A print of all rows of each table, the audit log's too."""
    with psycopg.connect(urls.owner) as connection:
        return {
            table: str(
                connection.execute(
                    f"SELECT count(*), md5(string_agg(r::text, '' ORDER BY r::text)) "  # noqa: S608
                    f"FROM {table} AS r".encode()
                ).fetchone()
            )
            for (table,) in connection.execute(_TABLES).fetchall()
        }


def faults(answer: Answer, trap: Trap) -> Iterator[str]:
    """What is wrong with the refusal."""
    told = f"{trap.kind} at {trap.field}: {answer.status} {answer.text[:300]}"
    if answer.status not in {400, 413}:
        yield told
        return
    error = answer.json["error"]
    if trap.kind == "too long" and error["code"] == "RES_TOO_LARGE":
        return
    found = [(each["field"], each["code"]) for each in error["details"]]
    if not any(f"{name}.".startswith(f"{trap.field}.") and c in trap.codes for name, c in found):
        yield told


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
def test_what_a_field_cannot_be_is_refused_by_name_and_nothing_is_written(
    scene: Scene, route: Route
) -> None:
    method, path = route[0], scene.world.filled(route[1], scene.place)
    body = body_of(route, scene.world, scene.place)
    plane = scene.asked(route, scene.place)
    before = kept(scene.urls)

    wrong = [
        said
        for trap in traps(schema_of(route), body)
        for said in faults(plane.request(method, path, json_body=trap.body), trap)
    ]

    assert wrong == []
    assert kept(scene.urls) == before


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
def test_what_is_no_body_is_refused(scene: Scene, route: Route) -> None:
    path = scene.world.filled(route[1], scene.place)
    plane = scene.asked(route, scene.place)
    optional = not operations()[route]["requestBody"].get("required")

    for name, (body, content_type, expected) in NO_BODIES.items():
        answer = plane.request(route[0], path, body=body, headers={"Content-Type": content_type})
        if optional and name in {"nothing", "null"}:
            assert answer.status < 500, name
        else:
            assert (*answer.error, name) == (*expected, name)


def test_some_bodies_may_be_left_out_and_most_may_not() -> None:
    optional = [route for route in BODIES if not plain(schema_of(route)).get("required")]

    assert 0 < len(optional) < len(BODIES) / 2
