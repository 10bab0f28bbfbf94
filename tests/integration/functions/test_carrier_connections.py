"""Carrier connections over HTTP: accounts with carriers, their credentials, their numbers."""

import psycopg
import pytest

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import Answer
from tests.fixtures.web_people import Everybody, Person
from tests.fixtures.world import Place, Places, World

pytestmark = pytest.mark.integration
CONNECTIONS = "/api/v1/carrier-connections"
CREDENTIALS = "/api/v1/credentials"
NUMBERS = "/api/v1/phone-numbers"
NOT_FOUND = (404, "RES_NOT_FOUND")
DENIED = (403, "AUTHZ_PERMISSION_DENIED")
IN_USE = (422, "BIZ_DEPENDENCY_EXISTS")
NOT_THEIRS = (422, "BIZ_OPERATION_FAILED")


def make(by: Person, **more: object) -> Answer:
    body = {"provider": "goto", "name": "Main"} | more
    return by.asks.request("POST", CONNECTIONS, json_body=body)


def credential(by: Person, provider: str = "goto", **more: object) -> str:
    body = {"provider": provider, "name": "main", "secret": "a refresh token"} | more
    return str(by.asks.request("POST", CREDENTIALS, json_body=body).data["id"])


def change(by: Person, path: str, **body: object) -> Answer:
    return by.asks.request("PATCH", path, json_body=body)


def number(world: World, place: Place, *, carrier: str = "goto") -> str:
    return f"{NUMBERS}/{world.add('phone_numbers', place, carrier=carrier, status='active')}"


def told(urls: DatabaseUrls) -> list[tuple[str, dict[str, object]]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(
            "SELECT action, changes FROM audit_log WHERE resource_type = 'carrier_connection' "
            "ORDER BY id"
        ).fetchall()


def test_a_connection_is_made_shown_changed_and_deleted(
    people: Everybody, places: Places, database_urls: DatabaseUrls
) -> None:
    p = people
    opened_by = credential(p.agency_admin)

    made = make(p.agency_admin, credential_id=opened_by, external_account_id="account-1")

    assert made.status == 201
    shown = made.data
    assert (shown["provider"], shown["status"], shown["numbers"]) == ("goto", "active", 0)
    assert (shown["agency_id"], shown["tenant_id"]) == (str(places.own.agency_id), None)
    path = f"{CONNECTIONS}/{shown['id']}"
    assert p.agency_admin.asks.get(path).data == shown
    changed = change(p.agency_admin, path, name="Head office", settings={"region": "us"}).data
    assert (changed["name"], changed["settings"]) == ("Head office", {"region": "us"})
    assert changed["credential_id"] == opened_by
    assert p.agency_admin.asks.request("DELETE", path).status == 204
    assert p.agency_admin.asks.get(path).error == NOT_FOUND
    assert p.agency_admin.asks.get(f"{CREDENTIALS}/{opened_by}").status == 200
    assert told(database_urls) == [
        ("carrier_connection.created", {"name": [None, "Main"]}),
        (
            "carrier_connection.updated",
            {"name": ["Main", "Head office"], "settings": [{}, {"region": "us"}]},
        ),
        ("carrier_connection.deleted", {}),
    ]


def test_a_connection_is_opened_by_a_credential_of_its_place_and_carrier(
    people: Everybody, places: Places
) -> None:
    p = people
    own, sibling = str(places.own.tenant_id), str(places.sibling.tenant_id)
    of_agency = credential(p.agency_admin)
    of_client = credential(p.agency_admin, tenant_id=own)
    of_sibling = credential(p.agency_admin, tenant_id=sibling)
    of_twilio = credential(p.agency_admin, "twilio")
    of_rival = credential(p.rival_admin)

    for wrong in (of_client, of_twilio, of_rival, "01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10"):
        assert make(p.agency_admin, credential_id=wrong).error == NOT_THEIRS
    assert make(p.agency_admin, credential_id=of_sibling, tenant_id=own).error == NOT_THEIRS
    assert make(p.agency_admin, credential_id=of_client, tenant_id=own).status == 201
    second = make(p.agency_admin, credential_id=of_agency, tenant_id=own, name="Second")
    assert second.status == 201
    path = f"{CONNECTIONS}/{second.data['id']}"
    assert change(p.agency_admin, path, credential_id=of_twilio).error == NOT_THEIRS
    assert change(p.agency_admin, path, credential_id=of_client).status == 200


def test_a_credential_in_use_is_kept(people: Everybody) -> None:
    ask = people.agency_admin.asks
    opened_by = credential(people.agency_admin)
    path = f"{CONNECTIONS}/{make(people.agency_admin, credential_id=opened_by).data['id']}"

    assert ask.request("DELETE", f"{CREDENTIALS}/{opened_by}").error == IN_USE
    assert change(people.agency_admin, path, credential_id=None).data["credential_id"] is None
    assert ask.request("DELETE", f"{CREDENTIALS}/{opened_by}").status == 204


def test_another_credential_makes_an_expired_connection_active_again(
    people: Everybody, places: Places, world: World
) -> None:
    connection = world.add("carrier_connections", places.own, carrier="goto", status="expired")
    path = f"{CONNECTIONS}/{connection}"

    renamed = change(people.agency_admin, path, name="Still expired").data
    reopened = change(people.agency_admin, path, credential_id=credential(people.agency_admin)).data

    assert (renamed["status"], reopened["status"]) == ("expired", "active")
    assert change(people.agency_admin, path, status="active").error == (400, "VAL_UNKNOWN_FIELD")


def test_numbers_hang_on_a_connection_of_their_carrier_and_place(
    people: Everybody, places: Places, world: World
) -> None:
    p = people
    of_agency = make(p.agency_admin).data["id"]
    of_sibling = make(p.agency_admin, name="Theirs", tenant_id=str(places.sibling.tenant_id)).data[
        "id"
    ]
    of_twilio = make(p.agency_admin, provider="twilio").data["id"]
    of_rival = make(p.rival_admin).data["id"]
    path = number(world, places.own)

    for wrong in (of_sibling, of_twilio, of_rival):
        assert change(p.agency_admin, path, carrier_connection_id=wrong).error == NOT_THEIRS
    hung = change(p.agency_admin, path, carrier_connection_id=of_agency).data

    assert hung["carrier_connection_id"] == of_agency
    assert p.agency_admin.asks.get(f"{CONNECTIONS}/{of_agency}").data["numbers"] == 1
    listed = p.agency_admin.asks.get(NUMBERS, carrier_connection_id=of_agency).data
    assert [row["id"] for row in listed] == [hung["id"]]
    by_client = change(p.tenant_admin, path, carrier_connection_id=None)
    assert by_client.error == (403, "AUTHZ_ROLE_REQUIRED")


def test_a_connection_with_numbers_is_kept(people: Everybody, places: Places, world: World) -> None:
    ask = people.agency_admin.asks
    connection = make(people.agency_admin).data["id"]
    path = number(world, places.own)
    change(people.agency_admin, path, carrier_connection_id=connection)

    assert ask.request("DELETE", f"{CONNECTIONS}/{connection}").error == IN_USE
    freed = change(people.agency_admin, path, carrier_connection_id=None)
    assert freed.data["carrier_connection_id"] is None
    assert ask.request("DELETE", f"{CONNECTIONS}/{connection}").status == 204
    again = change(people.agency_admin, path, carrier_connection_id=connection)
    assert again.error == NOT_THEIRS


def test_a_number_that_moves_leaves_its_clients_connection_and_keeps_its_agencys(
    people: Everybody, places: Places, world: World
) -> None:
    own, sibling = str(places.own.tenant_id), str(places.sibling.tenant_id)
    of_client = make(people.agency_admin, tenant_id=own).data["id"]
    of_agency = make(people.agency_admin, name="All").data["id"]
    first, second = number(world, places.own), number(world, places.own)
    change(people.agency_admin, first, carrier_connection_id=of_client)
    change(people.agency_admin, second, carrier_connection_id=of_agency)

    moved = [change(people.agency_admin, path, tenant_id=sibling).data for path in (first, second)]

    assert [each["carrier_connection_id"] for each in moved] == [None, of_agency]


def test_connections_are_found_by_what_they_are(people: Everybody, places: Places) -> None:
    ask = people.agency_admin.asks
    main = make(people.agency_admin, name="Main", external_account_id="acc-9").data["id"]
    client = make(
        people.agency_admin, name="Own", provider="twilio", tenant_id=str(places.own.tenant_id)
    ).data["id"]
    make(people.rival_admin)

    def found(**query: str) -> list[str]:
        return [row["id"] for row in ask.get(CONNECTIONS, **query).data]

    assert found() == [client, main]
    assert found(sort="provider") == [client, main]
    assert found(provider="goto") == found(q="acc-9") == found(**{"tenant_id[null]": "true"})
    assert found(provider="goto") == [main]
    assert found(tenant_id=str(places.own.tenant_id)) == [client]
    assert found(status="expired") == []


def test_names_are_used_once_for_a_carrier_of_an_agency(people: Everybody) -> None:
    first = make(people.agency_admin)
    second = make(people.agency_admin, name="Second").data["id"]

    assert first.status == 201
    assert make(people.agency_admin).error == (409, "RES_ALREADY_EXISTS")
    taken = change(people.agency_admin, f"{CONNECTIONS}/{second}", name="Main")
    assert taken.error == (409, "RES_ALREADY_EXISTS")
    assert make(people.agency_admin, provider="twilio").status == 201
    assert make(people.rival_admin).status == 201


def test_of_two_who_change_it_at_once_one_is_told(people: Everybody) -> None:
    ask = people.agency_admin.asks
    path = f"{CONNECTIONS}/{make(people.agency_admin).data['id']}"
    tag = {"If-Match": ask.get(path).headers["ETag"]}

    answers = [
        ask.request("PATCH", path, json_body={"name": name}, headers=tag) for name in ("A", "B")
    ]

    assert answers[0].status == 200
    assert answers[1].error == (412, "RES_PRECONDITION_FAILED")


def test_clients_and_strangers_have_nothing_to_do_with_them(
    people: Everybody, places: Places
) -> None:
    p = people
    path = f"{CONNECTIONS}/{make(p.agency_admin).data['id']}"

    for by in (p.tenant_admin, p.tenant_user, p.agency_user):
        assert by.asks.get(CONNECTIONS).error == DENIED
        assert by.asks.get(path).error == DENIED
        assert make(by).error == DENIED
    assert p.rival_admin.asks.get(path).error == NOT_FOUND
    assert change(p.rival_admin, path, name="mine").error == NOT_FOUND
    assert p.rival_admin.asks.request("DELETE", path).error == NOT_FOUND
    assert make(p.rival_admin, tenant_id=str(places.own.tenant_id)).error == NOT_FOUND


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"provider": "browser"}, "VAL_INVALID_ENUM"),
        ({"name": ""}, "VAL_TOO_SHORT"),
        ({"name": "x" * 101}, "VAL_TOO_LONG"),
        ({"name": "a\x00b"}, "VAL_INVALID_FORMAT"),
        ({"credential_id": "1"}, "VAL_INVALID_UUID"),
        ({"settings": []}, "VAL_INVALID_TYPE"),
        ({"secret": "x"}, "VAL_UNKNOWN_FIELD"),
    ],
)
def test_malformed_connections_are_refused(
    people: Everybody, body: dict[str, object], code: str
) -> None:
    assert make(people.agency_admin, **body).error == (400, code)
