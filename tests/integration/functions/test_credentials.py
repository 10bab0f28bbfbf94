"""Provider credentials over HTTP: written, never read back, sealed in the database."""

import psycopg
import pytest

from aiconnected.auth.models import Place
from aiconnected.credentials.models import CredentialProvider
from aiconnected.db import Scope
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.web_people import Everybody, Person

pytestmark = pytest.mark.integration
CREDENTIALS = "/api/v1/credentials"
SECRET = "sk-the-most-secret-of-keys-9x4Z"
NOT_FOUND = (404, "RES_NOT_FOUND")


def keep(by: Person, secret: str = SECRET, **more: object) -> Answer:
    body = {"provider": "anthropic", "name": "main", "secret": secret} | more
    return by.asks.request("POST", CREDENTIALS, json_body=body)


def secret_of(
    plane: ControlPlane, place: Place, provider: CredentialProvider = CredentialProvider.ANTHROPIC
) -> str | None:
    services = plane.services
    with services.database.work(Scope(agency_id=place.agency_id)) as work:
        return services.credentials.secret(work, provider, at=place)


def test_a_secret_is_kept_sealed_and_never_shown(
    control_plane: ControlPlane,
    people: Everybody,
    tenancies: Tenancies,
    database_urls: DatabaseUrls,
) -> None:
    kept = keep(people.agency_admin)

    assert kept.status == 201
    assert (kept.data["hint"], kept.data["provider"]) == ("9x4Z", "anthropic")
    path = f"{CREDENTIALS}/{kept.data['id']}"
    for text in (
        kept.text,
        people.agency_admin.asks.get(CREDENTIALS).text,
        people.agency_admin.asks.get(path).text,
    ):
        assert "secret" not in text
        assert SECRET not in text
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT sealed FROM provider_credentials").fetchone()
        log = connection.execute("SELECT string_agg(changes::text, '') FROM audit_log").fetchone()
    assert row is not None
    assert SECRET.encode() not in bytes(row[0])
    assert log is not None
    assert SECRET not in log[0]
    agency = Place(agency_id=tenancies.dental.agency_id, tenant_id=None)
    assert secret_of(control_plane, agency) == SECRET


def test_a_client_uses_its_own_before_its_agencys(
    control_plane: ControlPlane, people: Everybody, tenancies: Tenancies
) -> None:
    dental, plumbing = tenancies.dental, tenancies.plumbing
    keep(people.agency_admin, "the agency's own secret")
    keep(people.agency_admin, "the dentist's own secret", tenant_id=str(dental.tenant_id))

    of = {
        tenancy: secret_of(
            control_plane, Place(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id)
        )
        for tenancy in (dental, plumbing, tenancies.stranger)
    }

    assert of == {
        dental: "the dentist's own secret",
        plumbing: "the agency's own secret",
        tenancies.stranger: None,
    }


def test_a_secret_is_replaced_and_deleted(
    control_plane: ControlPlane,
    people: Everybody,
    tenancies: Tenancies,
    database_urls: DatabaseUrls,
) -> None:
    agency = Place(agency_id=tenancies.dental.agency_id, tenant_id=None)
    path = f"{CREDENTIALS}/{keep(people.agency_admin).data['id']}"

    changed = people.agency_admin.asks.request("PATCH", path, json_body={"secret": "short one"})
    renamed = people.agency_admin.asks.request("PATCH", path, json_body={"name": "second"})

    assert changed.data["hint"] == "", "a short secret is not hinted at"
    assert renamed.data["name"] == "second"
    assert secret_of(control_plane, agency) == "short one"
    assert people.agency_admin.asks.request("DELETE", path).status == 204
    assert people.agency_admin.asks.get(path).error == NOT_FOUND
    assert secret_of(control_plane, agency) is None
    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute("SELECT sealed FROM provider_credentials").fetchall()
        entries = connection.execute(
            "SELECT action, changes FROM audit_log WHERE resource_type = 'credential' ORDER BY id"
        ).fetchall()
    assert rows == [(b"",)]
    assert entries == [
        ("credential.created", {"name": [None, "main"]}),
        ("credential.updated", {"secret": ["***", "***"]}),
        ("credential.updated", {"name": ["main", "second"]}),
        ("credential.deleted", {}),
    ]


def test_a_name_is_used_once_for_a_provider_of_a_place(
    people: Everybody, tenancies: Tenancies
) -> None:
    p = people
    assert keep(p.agency_admin).status == 201

    assert keep(p.agency_admin).error == (409, "RES_ALREADY_EXISTS")
    assert keep(p.agency_admin, provider="openai").status == 201
    assert keep(p.agency_admin, tenant_id=str(tenancies.dental.tenant_id)).status == 201
    other = keep(p.agency_admin, name="other").data
    renamed = p.agency_admin.asks.request(
        "PATCH", f"{CREDENTIALS}/{other['id']}", json_body={"name": "main"}
    )
    assert renamed.error == (409, "RES_ALREADY_EXISTS")
    assert keep(p.rival_admin).status == 201


def test_of_two_who_replace_it_at_once_one_is_told(people: Everybody) -> None:
    path = f"{CREDENTIALS}/{keep(people.agency_admin).data['id']}"
    tag = people.agency_admin.asks.get(path).headers["ETag"]

    answers = [
        people.agency_admin.asks.request(
            "PATCH", path, json_body={"secret": secret}, headers={"If-Match": tag}
        )
        for secret in ("first", "second")
    ]

    assert answers[0].status == 200
    assert answers[1].error == (412, "RES_PRECONDITION_FAILED")


def test_clients_and_strangers_have_nothing_to_do_with_them(people: Everybody) -> None:
    p = people
    path = f"{CREDENTIALS}/{keep(p.agency_admin).data['id']}"
    denied = (403, "AUTHZ_PERMISSION_DENIED")

    for by in (p.tenant_admin, p.tenant_user, p.agency_user):
        assert by.asks.get(CREDENTIALS).error == denied
        assert by.asks.get(path).error == denied
        assert keep(by).error == denied
    assert p.rival_admin.asks.get(path).error == NOT_FOUND
    assert p.rival_admin.asks.request("DELETE", path).error == NOT_FOUND
    changed = p.rival_admin.asks.request("PATCH", path, json_body={"secret": "mine"})
    assert changed.error == NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        {"provider": "acme"},
        {"secret": ""},
        {"secret": "x" * 10_001},
        {"secret": "a\x00b"},
        {"secret": {"key": "x"}},
        {"name": ""},
        {"hint": "x"},
    ],
)
def test_malformed_credentials_are_refused(people: Everybody, body: dict[str, object]) -> None:
    assert keep(people.agency_admin, **body).status == 400  # type: ignore[arg-type]
