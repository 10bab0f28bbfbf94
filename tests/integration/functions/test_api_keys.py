"""API keys over HTTP: shown once, good for what they are given, refused once they are not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.web_people import Everybody, Person

pytestmark = pytest.mark.integration
KEYS = "/api/v1/api-keys"
USERS = "/api/v1/users"
INVALID = (401, "AUTH_TOKEN_INVALID")
DENIED = (403, "AUTHZ_PERMISSION_DENIED")
NOT_FOUND = (404, "RES_NOT_FOUND")


def make(by: Person, *permissions: str, **more: object) -> Answer:
    body = {"name": "n8n", "permissions": list(permissions)} | more
    return by.asks.request("POST", KEYS, json_body=body)


def asks_with(key: str, plane: ControlPlane) -> ControlPlane:
    asked = ControlPlane(services=plane.services)
    asked.token = key
    return asked


def test_a_key_is_shown_once_and_does_what_it_is_for(
    control_plane: ControlPlane, people: Everybody, database_urls: DatabaseUrls
) -> None:
    made = make(people.tenant_admin, "users.view").data

    assert made["key"].startswith("vk_")
    assert len(made["key"]) == 46
    assert made["key"].startswith(made["prefix"])
    shown = people.tenant_admin.asks.get(f"{KEYS}/{made['id']}")
    assert made["key"] not in shown.text
    assert "key_hash" not in shown.text
    asked = asks_with(made["key"], control_plane)
    assert asked.get(USERS).status == 200
    assert asked.get(KEYS).error == DENIED
    by_header = control_plane.request("GET", USERS, headers={"X-API-Key": made["key"]})
    assert by_header.status == 200
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT key_hash::text FROM api_keys").fetchone()
    assert row is not None
    assert made["key"] not in row[0]


def test_a_key_reaches_its_place_and_no_further(
    control_plane: ControlPlane, people: Everybody
) -> None:
    p = people

    def emails(by: Person) -> set[str]:
        asked = asks_with(make(by, "users.view").data["key"], control_plane)
        return {user["email"] for user in asked.get(USERS).data}

    assert emails(p.tenant_admin) == {p.tenant_admin.email, p.tenant_user.email}
    assert p.sibling_user.email in emails(p.agency_admin)
    assert emails(p.stranger_admin) == {p.stranger_admin.email}


def test_a_key_gives_no_more_than_its_maker_holds(
    control_plane: ControlPlane, people: Everybody
) -> None:
    p = people

    assert make(p.tenant_user, "calls.view").error == DENIED
    assert make(p.tenant_admin, "billing.view").error == (422, "BIZ_OPERATION_FAILED")
    assert make(p.agency_admin, "agencies.create").error == (422, "BIZ_OPERATION_FAILED")
    limited = asks_with(
        make(p.agency_admin, "api_keys.manage", "calls.view").data["key"], control_plane
    )
    body = {"name": "child", "permissions": ["calls.delete"]}
    assert limited.request("POST", KEYS, json_body=body).error == DENIED
    body["permissions"] = ["calls.view"]
    assert limited.request("POST", KEYS, json_body=body).status == 201


def test_an_agency_makes_keys_for_its_clients_and_so_does_the_platform_where_it_has_entered(
    people: Everybody,
) -> None:
    p = people
    dental = p.tenant_admin.asks.get("/api/v1/auth/me").data
    stranger = p.stranger_admin.asks.get("/api/v1/auth/me").data

    made = make(p.agency_admin, "calls.view", tenant_id=dental["tenant_id"]).data
    assert made["tenant_id"] == dental["tenant_id"]
    assert make(p.agency_admin, "calls.view", tenant_id=stranger["tenant_id"]).error == NOT_FOUND
    denied = (403, "AUTHZ_RESOURCE_ACCESS_DENIED")
    assert make(p.platform, "calls.view", agency_id=dental["agency_id"]).error == denied

    p.platform.asks.enter(UUID(dental["agency_id"]))

    for named in ({}, {"agency_id": dental["agency_id"]}):
        of_agency = make(p.platform, "calls.view", **named).data
        assert (of_agency["agency_id"], of_agency["tenant_id"]) == (dental["agency_id"], None)
    of_client = make(p.platform, "calls.view", tenant_id=dental["tenant_id"]).data
    assert of_client["tenant_id"] == dental["tenant_id"]
    elsewhere = make(p.platform, "calls.view", agency_id=stranger["agency_id"])
    assert elsewhere.error == (403, "AUTHZ_AGENCY_MISMATCH")
    assert make(p.platform, "calls.view", tenant_id=stranger["tenant_id"]).error == NOT_FOUND


def test_a_revoked_key_is_refused_at_once(control_plane: ControlPlane, people: Everybody) -> None:
    made = make(people.tenant_admin, "users.view").data
    path = f"{KEYS}/{made['id']}"
    asked = asks_with(made["key"], control_plane)
    assert asked.get(USERS).status == 200

    assert people.tenant_admin.asks.request("DELETE", path).status == 204
    assert people.tenant_admin.asks.request("DELETE", path).status == 204

    assert asked.get(USERS).error == INVALID
    assert people.tenant_admin.asks.get(path).data["revoked_at"] is not None
    rotated = people.tenant_admin.asks.request("POST", f"{path}/rotate")
    assert rotated.error == (422, "BIZ_INVALID_STATE")


def test_a_rotated_key_takes_the_place_of_the_old_one(
    control_plane: ControlPlane, people: Everybody
) -> None:
    made = make(people.tenant_admin, "users.view").data

    rotated = people.tenant_admin.asks.request("POST", f"{KEYS}/{made['id']}/rotate").data

    assert rotated["id"] == made["id"]
    assert asks_with(made["key"], control_plane).get(USERS).error == INVALID
    assert asks_with(rotated["key"], control_plane).get(USERS).status == 200


def test_a_key_expires(
    control_plane: ControlPlane, people: Everybody, database_urls: DatabaseUrls
) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = make(people.tenant_admin, "users.view", expires_at=soon).data
    asked = asks_with(made["key"], control_plane)
    assert asked.get(USERS).status == 200
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE api_keys SET expires_at = now()")

    assert asked.get(USERS).error == INVALID


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tenants SET status = 'suspended'",
        "UPDATE tenants SET deleted_at = now()",
        "UPDATE agencies SET status = 'suspended'",
        "UPDATE agencies SET deleted_at = now()",
    ],
)
def test_a_key_of_a_place_that_is_suspended_or_gone_is_refused(
    control_plane: ControlPlane,
    people: Everybody,
    database_urls: DatabaseUrls,
    change: str,
) -> None:
    asked = asks_with(make(people.tenant_admin, "users.view").data["key"], control_plane)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(change.encode())

    assert asked.get(USERS).error == INVALID


def test_its_use_is_noted_once_a_minute(
    control_plane: ControlPlane, people: Everybody, database_urls: DatabaseUrls
) -> None:
    made = make(people.tenant_admin, "users.view").data
    asked = asks_with(made["key"], control_plane)

    def used() -> tuple[object, ...] | None:
        with psycopg.connect(database_urls.owner) as connection:
            return connection.execute("SELECT last_used_at, last_used_ip FROM api_keys").fetchone()

    assert used() == (None, None)
    asked.get(USERS)
    first = used()
    asked.get(USERS)
    assert first is not None
    assert first[1] is not None
    assert used() == first
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE api_keys SET last_used_at = last_used_at - interval '1 minute'")
    asked.get(USERS)

    again = used()
    assert again is not None
    assert again[0] > first[0]  # type: ignore[operator]


@pytest.mark.parametrize(
    "key", ["vk_", "vk_" + "x" * 43, "vk_" + "x" * 10_000, "vk_\u00ff", "vk_ ", "VK_" + "x" * 43]
)
def test_a_made_up_key_opens_nothing(control_plane: ControlPlane, key: str) -> None:
    assert asks_with(key, control_plane).get(USERS).status == 401


def test_keys_are_seen_within_ones_walls(people: Everybody) -> None:
    p = people
    dental = make(p.tenant_admin, "calls.view", name="Dental").data
    make(p.agency_admin, "calls.view", name="Agency")

    def names(by: Person) -> list[str]:
        return [key["name"] for key in by.asks.get(KEYS, sort="name").data]

    assert names(p.agency_admin) == ["Agency", "Dental"]
    assert names(p.tenant_admin) == ["Dental"]
    assert names(p.sibling_admin) == names(p.rival_admin) == []
    assert p.tenant_user.asks.get(KEYS).error == DENIED
    for by in (p.sibling_admin, p.rival_admin):
        path = f"{KEYS}/{dental['id']}"
        assert by.asks.get(path).error == NOT_FOUND
        assert by.asks.request("DELETE", path).error == NOT_FOUND
        assert by.asks.request("POST", f"{path}/rotate").error == NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": []},
        {"permissions": ["calls.fly"]},
        {"name": ""},
        {"name": "\ud800"},
        {"expires_at": "tomorrow"},
        {"expires_at": "2027-01-01T00:00:00"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"key": "vk_mine"},
    ],
)
def test_malformed_keys_are_refused(people: Everybody, body: dict[str, object]) -> None:
    answer = people.tenant_admin.asks.request(
        "POST", KEYS, json_body={"name": "X", "permissions": ["calls.view"]} | body
    )

    assert answer.status == 400, answer.text


def test_what_a_key_does_is_audited_as_the_keys_doing(
    control_plane: ControlPlane, people: Everybody, database_urls: DatabaseUrls
) -> None:
    made = make(people.tenant_admin, "users.view", "users.edit").data
    asked = asks_with(made["key"], control_plane)
    changed = asked.request(
        "PATCH", f"{USERS}/{people.tenant_user.id}", json_body={"first_name": "Dana"}
    )
    assert changed.status == 200

    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute(
            "SELECT actor_kind, actor_id::text FROM audit_log WHERE action = 'user.updated'"
        ).fetchall()
        made_entry = connection.execute(
            "SELECT changes::text FROM audit_log WHERE action = 'api_key.created'"
        ).fetchone()
    assert rows == [("api_key", made["id"])]
    assert made_entry is not None
    assert made["key"] not in made_entry[0]
