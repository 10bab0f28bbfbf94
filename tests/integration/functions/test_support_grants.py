"""Support grants over HTTP: the platform enters an agency's view; the agency sees and ends it."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from aiconnected.auth.permissions import OF_AGENCIES
from aiconnected.users.models import UserRole
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import SettableClock
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.web_people import Everybody, Person
from tests.fixtures.world import Places, World
from tests.integration.functions.walk.matrix import MATRIX

pytestmark = pytest.mark.integration
GRANTS = "/api/v1/support-grants"
CALLS = "/api/v1/calls"
NOUNS_OF_AGENCIES = {
    "calls", "recordings", "knowledge", "settings", "agents", "functions", "webhooks", "api_keys",
    "credentials", "carrier_connections",
}  # fmt: skip
REASON = "Ticket 4711: no calls since Monday"
DENIED = (403, "AUTHZ_PERMISSION_DENIED")
CLOSED = (403, "AUTHZ_RESOURCE_ACCESS_DENIED")
NOT_FOUND = (404, "RES_NOT_FOUND")


@pytest.fixture
def clock(control_plane: ControlPlane) -> SettableClock:
    """The clock of services that are made after this; tokens keep the real one."""
    services, clock = control_plane.services, SettableClock()
    _ = services.access_tokens, services.auth
    services.clock = clock
    return clock


def start(by: Person, **body: object) -> Answer:
    return by.asks.request("POST", GRANTS, json_body={"reason": REASON} | body)


def ask(by: Person, grant: str, path: str = CALLS, method: str = "GET", **body: object) -> Answer:
    return by.asks.request(method, path, json_body=body or None, headers={"X-Support-Grant": grant})


def told(urls: DatabaseUrls, agency_id: UUID) -> list[tuple[str, str, str]]:
    """The agency's audit log of grants and calls: action, kind of actor, reason."""
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(
            "SELECT action, actor_kind, reason FROM audit_log "
            "WHERE agency_id = %s AND resource_type IN ('support_grant', 'call') ORDER BY id",
            [agency_id],
        ).fetchall()


def test_the_platform_sees_nothing_of_an_agencys_own_without_a_grant(
    people: Everybody, places: Places, world: World
) -> None:
    call = world.id("calls", places.own)

    for path in (CALLS, f"{CALLS}/{call}", f"{CALLS}/{call}/transcript", "/api/v1/agents"):
        assert people.platform.asks.get(path).error == CLOSED
    assert "X-Support-Grant" in people.platform.asks.get(CALLS).json["error"]["message"]


def test_the_platform_is_run_without_any_grant(people: Everybody, places: Places) -> None:
    ask = people.platform.asks
    client = f"/api/v1/tenants/{places.own.tenant_id}"

    for path in ("agencies", "tenants", "plans", "users", "phone-numbers", "invoices", "audit-log"):
        assert ask.get(f"/api/v1/{path}").status == 200, path
    assert ask.get("/api/v1/analytics/summary").status == 200
    assert ask.request("POST", f"{client}/suspend", json_body={}).status == 200


def test_a_grant_opens_the_agencys_view_and_no_other(
    people: Everybody, places: Places, world: World, database_urls: DatabaseUrls
) -> None:
    own, sibling, other = (
        str(world.id("calls", place)) for place in (places.own, places.sibling, places.other)
    )

    started = start(people.platform, agency_id=str(places.own.agency_id))

    assert started.status == 201
    grant = started.data
    assert (grant["active"], grant["user_email"]) == (True, people.platform.email)
    assert {row["id"] for row in ask(people.platform, grant["id"]).data} == {own, sibling}
    path = f"{CALLS}/{own}"
    assert ask(people.platform, grant["id"], path, "DELETE").status == 204
    assert ask(people.platform, grant["id"], f"{CALLS}/{other}").error == NOT_FOUND
    foreign = ask(people.platform, grant["id"], CALLS + f"?tenant_id={places.other.tenant_id}")
    assert foreign.data == []
    log = told(database_urls, places.own.agency_id)
    assert log[0] == ("support_grant.started", "user", REASON)
    assert ("call.deleted", "support", "") in log
    assert log.count(("support_grant.used", "user", REASON)) == 4
    assert told(database_urls, places.other.agency_id) == []


def test_what_support_looked_at_is_in_the_agencys_log(
    people: Everybody, places: Places, world: World
) -> None:
    call = world.id("calls", places.own)
    grant = start(people.platform, agency_id=str(places.own.agency_id)).data["id"]

    ask(people.platform, grant, f"{CALLS}/{call}/transcript")

    used = people.agency_admin.asks.get("/api/v1/audit-log", action="support_grant.used").data
    assert [row["changes"]["asked"][1] for row in used] == [f"GET {CALLS}/{call}/transcript"]
    read = people.agency_admin.asks.get("/api/v1/audit-log", action="call.transcript_read").data
    assert [row["actor_id"] for row in read] == [str(people.platform.id)]


def test_a_grant_for_one_client_opens_that_client_alone(
    people: Everybody, places: Places, world: World
) -> None:
    own = str(world.id("calls", places.own))
    sibling = world.id("calls", places.sibling)

    grant = start(people.platform, tenant_id=str(places.own.tenant_id)).data

    assert grant["agency_id"] == str(places.own.agency_id)
    assert [row["id"] for row in ask(people.platform, grant["id"]).data] == [own]
    assert ask(people.platform, grant["id"], f"{CALLS}/{sibling}").error == NOT_FOUND
    # What clients themselves may not do, nobody does in their view.
    assert ask(people.platform, grant["id"], f"{CALLS}/{own}", "DELETE").error == DENIED
    assert ask(people.platform, grant["id"], "/api/v1/credentials").error == DENIED


def test_a_grant_ends_by_itself(
    clock: SettableClock, people: Everybody, places: Places, world: World
) -> None:
    world.id("calls", places.own)
    grant = start(people.platform, agency_id=str(places.own.agency_id), minutes=30).data

    clock.move(timedelta(minutes=29))
    assert ask(people.platform, grant["id"]).status == 200
    clock.move(timedelta(minutes=1))

    assert ask(people.platform, grant["id"]).error == CLOSED
    shown = people.agency_admin.asks.get(f"{GRANTS}/{grant['id']}").data
    assert (shown["active"], shown["ended_at"]) == (False, None)
    ended = people.platform.asks.request("POST", f"{GRANTS}/{grant['id']}/end", json_body={})
    assert ended.error == (422, "BIZ_INVALID_STATE")


@pytest.mark.parametrize("side", ["platform", "agency_admin"])
def test_either_side_ends_a_grant_before_its_time(
    people: Everybody, places: Places, database_urls: DatabaseUrls, side: str
) -> None:
    by: Person = getattr(people, side)
    grant = start(people.platform, agency_id=str(places.own.agency_id)).data
    path = f"{GRANTS}/{grant['id']}/end"

    ended = by.asks.request("POST", path, json_body={}).data

    assert (ended["active"], ended["ended_by"]) == (False, str(by.id))
    assert ask(people.platform, grant["id"]).error == CLOSED
    assert by.asks.request("POST", path, json_body={}).error == (422, "BIZ_INVALID_STATE")
    actions = [action for action, _, _ in told(database_urls, places.own.agency_id)]
    assert actions == ["support_grant.started", "support_grant.ended"]


def test_a_grant_is_for_whoever_started_it(
    people: Everybody, control_plane: ControlPlane, places: Places
) -> None:
    grant = start(people.platform, agency_id=str(places.own.agency_id)).data["id"]
    colleague = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    named = {"X-Support-Grant": grant}

    assert colleague.request("GET", CALLS, headers=named).error == CLOSED
    # For people of agencies and clients it changes nothing.
    assert people.rival_admin.asks.request("GET", CALLS, headers=named).data == []


def test_an_agencys_administrators_alone_see_who_is_inside(
    people: Everybody, places: Places, tenancies: Tenancies
) -> None:
    grant = start(people.platform, tenant_id=str(tenancies.dental.tenant_id)).data["id"]
    path = f"{GRANTS}/{grant}"

    assert [row["id"] for row in people.agency_admin.asks.get(GRANTS).data] == [grant]
    found = people.platform.asks.get(GRANTS, agency_id=str(places.own.agency_id), q="4711").data
    assert [row["reason"] for row in found] == [REASON]
    assert people.rival_admin.asks.get(GRANTS).data == []
    assert people.rival_admin.asks.get(path).error == NOT_FOUND
    assert people.rival_admin.asks.request("POST", f"{path}/end", json_body={}).error == NOT_FOUND
    for by in (people.agency_user, people.tenant_admin, people.tenant_user):
        assert by.asks.get(GRANTS).error == DENIED
        assert by.asks.request("POST", f"{path}/end", json_body={}).error == DENIED
    for by in (people.agency_admin, people.tenant_admin):
        assert start(by, agency_id=str(places.own.agency_id)).error == DENIED


def test_the_same_idempotency_key_in_another_agencys_view_is_another_request(
    people: Everybody, places: Places, world: World
) -> None:
    first, second = (
        start(people.platform, agency_id=str(place.agency_id)).data["id"]
        for place in (places.own, places.other)
    )
    base = world.id("knowledge_bases", places.own)
    path = f"/api/v1/knowledge-bases/{base}/search"
    body = {"query": "opening hours"}

    def search(grant: str) -> Answer:
        headers = {"X-Support-Grant": grant, "Idempotency-Key": "k1"}
        return people.platform.asks.request("POST", path, json_body=body, headers=headers)

    assert search(first).status == 200
    assert search(second).error == (422, "BIZ_IDEMPOTENCY_MISMATCH")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, (400, "VAL_REQUIRED")),
        ({"agency_id": str(UUID(int=1))}, NOT_FOUND),
        ({"tenant_id": str(UUID(int=1))}, NOT_FOUND),
        ({"reason": "because"}, (400, "VAL_TOO_SHORT")),
        ({"reason": "x" * 501}, (400, "VAL_TOO_LONG")),
        ({"reason": "null \0 in the text"}, (400, "VAL_INVALID_FORMAT")),
        ({"minutes": 4}, (400, "VAL_OUT_OF_RANGE")),
        ({"minutes": 481}, (400, "VAL_OUT_OF_RANGE")),
        ({"user_id": str(UUID(int=1))}, (400, "VAL_UNKNOWN_FIELD")),
    ],
)
def test_a_grant_names_a_place_a_reason_and_an_end(
    people: Everybody, body: dict[str, object], error: tuple[int, str]
) -> None:
    assert start(people.platform, **body).error == error


def test_a_client_of_another_agency_than_the_named_one_is_refused(
    people: Everybody, places: Places
) -> None:
    answer = start(
        people.platform,
        agency_id=str(places.other.agency_id),
        tenant_id=str(places.own.tenant_id),
    )

    assert answer.error == (403, "AUTHZ_TENANT_MISMATCH")


@pytest.mark.parametrize(
    ("named", "error"),
    [("nothing", (400, "VAL_INVALID_UUID")), (str(UUID(int=1)), CLOSED), (" ", CLOSED)],
)
def test_what_names_no_grant_opens_nothing(
    people: Everybody, named: str, error: tuple[int, str]
) -> None:
    assert ask(people.platform, named).error == error


def test_what_needs_a_grant_is_all_that_agencies_may_do_but_administration() -> None:
    of_agencies = {name for name in MATRIX if name.partition(".")[0] in NOUNS_OF_AGENCIES}

    assert {permission.value for permission in OF_AGENCIES} == of_agencies | {"tenants.export"}
