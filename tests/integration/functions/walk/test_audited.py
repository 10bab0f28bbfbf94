"""Every route that changes something leaves an entry in the audit log, in the same transaction.

Each is asked once as it should be, and once while the log can take nothing: then nothing else is
written either. What is secret in a request or an answer stands in no entry (T7).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import psycopg
import pytest

from aiconnected.users.models import UserRole
from tests.fakes.carrier import MemoryCarrier
from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.world import Place, Places, World
from tests.fuzz.scripts import SCRIPTS, Script
from tests.integration.functions.bodies import body_of
from tests.integration.functions.walk.expectations import EXPECTED, PUBLIC
from tests.integration.functions.walk.matrix import MATRIX, NO

pytestmark = pytest.mark.integration

Route = tuple[str, str]
PUT, EXPORT = "export.zip", b"a client"
CALLS, BASES = "/api/v1/calls/{call_id}", "/api/v1/knowledge-bases/{knowledge_base_id}"
# They are written like changes, and change nothing.
READING = {
    ("POST", "/api/v1/system-prompts/{prompt_id}/preview"),
    ("POST", BASES + "/query"),
    ("POST", BASES + "/search"),
}
# They need a person who has signed in, a published agent, a live call or a stored file.
SCRIPTED_THERE: Mapping[Route, str] = {
    ("POST", "/api/v1/auth/password/change"): "test_accounts.py",
    ("POST", "/api/v1/calls/outbound"): "test_outbound.py",
    ("POST", "/api/calls/outbound"): "test_outbound.py",
    ("POST", BASES + "/documents/files"): "test_documents.py",
    ("POST", BASES + "/documents/{document_id}/complete"): "test_documents.py",
    ("DELETE", "/api/v1/auth/sessions"): "test_accounts.py",
    ("DELETE", "/api/v1/auth/sessions/{session_id}"): "test_accounts.py",
    **{("POST", f"{CALLS}/{deed}"): "test_calls.py" for deed in ("hangup", "hold", "resume")},
    ("POST", f"{CALLS}/transfer"): "test_calls.py",
}
WALKED = [
    route
    for route, needed in EXPECTED.items()
    if route[0] != "GET" and needed != PUBLIC and route not in READING | SCRIPTED_THERE.keys()
]
SEEN = [  # what is read and noted all the same
    ("GET", CALLS + "/transcript"),
    ("GET", CALLS + "/transcript/export"),
    ("GET", CALLS + "/recording"),
    ("GET", "/api/v1/calls/export"),
    ("GET", "/api/v1/analytics/export"),
    ("GET", "/api/v1/audit-log.csv"),
    ("GET", "/api/v1/audit-log.jsonl"),
]


def _suspended_user(world: World, place: Place) -> None:
    place.ids["users"] = world.add("users", place, status="suspended")


def _suspended_tenant(world: World, place: Place) -> Place:
    tenant_id = world.add("tenants", place, status="suspended")
    return Place(agency_id=place.agency_id, tenant_id=tenant_id)


def _with_role(world: World, place: Place) -> None:
    user_id, role_id = world.id("users", place), world.id("roles", place)
    world.add("user_roles", place, user_id=user_id, role_id=role_id)


def _failed_delivery(world: World, place: Place) -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    world.add("webhook_deliveries", place, status="failed", created_at=at, next_attempt_at=None)


def _put_export(world: World, place: Place) -> None:
    place.ids["imports"] = world.add("imports", place, object_key=PUT, size_bytes=len(EXPORT))


# Without them the request would be right and change nothing.
PREPARED: Mapping[Route, Script] = {
    ("POST", "/api/v1/users/{user_id}/reactivate"): Script(prepare=_suspended_user),
    ("POST", "/api/v1/tenants/{tenant_id}/reactivate"): Script(prepare=_suspended_tenant),
    ("DELETE", "/api/v1/users/{user_id}/roles/{role_id}"): Script(prepare=_with_role),
    ("POST", "/api/v1/agencies/{agency_id}/imports/{import_id}/complete"): Script(
        prepare=_put_export
    ),
    ("POST", "/api/v1/webhooks/endpoints/{endpoint_id}/replay"): Script(
        prepare=_failed_delivery,
        body=lambda _: {
            "status": "failed",
            "since": "2026-11-20T00:00:00Z",
            "until": "2026-11-21T00:00:00Z",
        },
    ),
}
# In the place of an example with what an agency's administrator may not give.
WHOLE: Mapping[Route, dict[str, object]] = {
    ("PATCH", "/api/v1/agencies/{agency_id}"): {"name": "Bluebird"},
    ("PATCH", "/api/v1/roles/{role_id}"): {"name": "Night", "permissions": ["calls.view"]},
    ("PATCH", "/api/v1/custom-functions/{function_id}"): {"description": "Another"},
}
_SECRET = re.compile(r"secret|password|token|authorization|^key$|api_key", re.IGNORECASE)
_PUBLIC_WORDS = {"prefix", "key_id"}
_FREEZE = """
CREATE FUNCTION refuse_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is full'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_entry();
"""
_TABLES = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT IN ('audit_log', 'alembic_version')
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that is right, about rows that are there."""

    plane: ControlPlane
    method: str
    path: str
    body: object
    headers: Mapping[str, str]

    def sent(self) -> Answer:
        """Its answer."""
        body = None if self.method in {"GET", "DELETE"} else self.body
        return self.plane.request(self.method, self.path, json_body=body, headers=self.headers)


@pytest.fixture
def right(
    control_plane: ControlPlane, places: Places, tenancies: Tenancies, world: World, route: Route
) -> Request:
    """The request, asked by the least powerful administrator who may."""
    needed = EXPECTED[route]
    control_plane.services.market = MemoryCarrier()
    control_plane.services.objects = MemoryObjects({PUT: (EXPORT, "application/zip")})
    script = PREPARED.get(route) or SCRIPTS.get(route, Script())
    of_agency = needed in MATRIX and MATRIX[needed]["agency_admin"] != NO
    place = world.tenant(places.own.agency_id)
    if script.prepare is not None:
        place = script.prepare(world, place) or place
    plane = control_plane.as_role(
        UserRole.AGENCY_ADMIN if of_agency else UserRole.PLATFORM_ADMIN,
        agency_id=place.agency_id if of_agency else None,
    )
    path = world.filled(route[1], place)
    body = WHOLE.get(route) or body_of(route, world, place) | dict(script.body(place))
    headers: dict[str, str] = {}
    if route == ("POST", "/api/v1/phone-numbers"):
        body |= {"number": "+14155550150", "agent_id": None}
    if route == ("DELETE", "/api/v1/phone-numbers/{phone_number_id}"):
        headers["X-Confirm-Release"] = plane.get(path).data["number"]
    return Request(plane=plane, method=route[0], path=path, body=body, headers=headers)


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> Iterator["psycopg.Connection[Any]"]:
    """Past every wall."""
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield connection


def entries(owner: "psycopg.Connection[Any]") -> list[tuple[Any, ...]]:
    """Actions, who did them, and what they changed, as text."""
    return owner.execute(
        "SELECT action, actor_id, changes, l::text FROM audit_log AS l ORDER BY at"
    ).fetchall()


def secrets_of(value: object, *, named: str = "") -> Iterator[str]:
    """Texts that stand under a name of something secret."""
    if isinstance(value, dict):
        for name, each in cast("dict[str, object]", value).items():
            secret = bool(_SECRET.search(name)) and name not in _PUBLIC_WORDS
            yield from secrets_of(each, named=name if secret else named)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from secrets_of(each, named=named)
    elif isinstance(value, str) and named and len(value) >= 8:
        yield value


def state(owner: "psycopg.Connection[Any]") -> dict[str, str | None]:
    """A digest of every table."""
    tables = [name for (name,) in owner.execute(_TABLES).fetchall()]
    found: dict[str, str | None] = {}
    for table in tables:
        statement = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"  # noqa: S608 -- the schema's names
        row = owner.execute(statement.encode()).fetchone()
        found[table] = row[0] if row else None
    return found


@pytest.mark.parametrize("route", WALKED + SEEN, ids=" ".join)
def test_what_is_done_is_noted_with_who_did_it_and_without_secrets(
    right: Request, owner: "psycopg.Connection[Any]", route: Route
) -> None:
    before = len(entries(owner))

    answer = right.sent()

    assert 200 <= answer.status < 300, answer.text
    noted = entries(owner)[before:]
    me = right.plane.services.access_tokens.verify(right.plane.token).id
    assert {actor for _, actor, _, _ in noted} == {me}, noted
    if route[0] in {"PATCH", "PUT"}:
        pairs = [pair for _, _, changes, _ in noted for pair in changes.values()]
        assert pairs, noted
        assert all(len(pair) == 2 for pair in pairs)
    json_answer = answer.text.startswith("{")
    told = [right.body, json.loads(answer.text) if json_answer else None]
    written = " ".join(text for *_, text in noted)
    assert [secret for each in told for secret in secrets_of(each) if secret in written] == []


@pytest.mark.parametrize("route", WALKED, ids=" ".join)
def test_what_cannot_be_noted_is_not_done(
    right: Request, owner: "psycopg.Connection[Any]", route: Route
) -> None:
    owner.execute(_FREEZE)
    before = state(owner)

    answer = right.sent()

    assert answer.status >= 500, (route, answer.text)
    after = state(owner)
    assert {name for name in after if after[name] != before[name]} == set()


def test_what_is_scripted_elsewhere_is_there() -> None:
    for route in SCRIPTED_THERE:
        assert route in EXPECTED
