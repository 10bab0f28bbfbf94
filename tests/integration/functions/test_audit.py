"""The audit log over HTTP: read by those whom it concerns, exported, and changed by nobody."""

import csv
import io
import json

import psycopg
import pytest

from aiconnected.audit.models import Change
from aiconnected.db import Scope
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

LOG = "/api/v1/audit-log"


def note(control_plane: ControlPlane, tenancy: Tenancy, action: str, **changes: object) -> None:
    scope = Scope(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id, ip="198.51.100.7")
    with control_plane.services.database.work(scope) as work:
        change = Change(
            action=action,
            resource_type=action.partition(".")[0],
            resource_id=new_id(),
            changes={name: (None, value) for name, value in changes.items()},
        )
        control_plane.services.audit.record(work, change)


@pytest.fixture
def agency(control_plane: ControlPlane, tenancy: Tenancy) -> ControlPlane:
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancy.agency_id)


def actions(asked: ControlPlane, **query: str) -> list[str]:
    return [row["action"] for row in asked.get(LOG, **query).data]


def test_everybody_sees_what_concerns_them(
    control_plane: ControlPlane,
    agency: ControlPlane,
    dental_admin: ControlPlane,
    tenancies: Tenancies,
) -> None:
    note(control_plane, tenancies.dental, "thing.dental")
    note(control_plane, tenancies.plumbing, "thing.plumbing")
    note(control_plane, tenancies.stranger, "thing.stranger")

    def seen(asked: ControlPlane) -> set[str]:
        return {name for name in actions(asked) if name.startswith("thing.")}

    assert seen(dental_admin) == {"thing.dental"}
    assert seen(agency) == {"thing.dental", "thing.plumbing"}
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    assert seen(platform) == {"thing.dental", "thing.plumbing", "thing.stranger"}
    entry = agency.get(LOG, action="thing.plumbing").data[0]
    assert dental_admin.get(f"{LOG}/{entry['id']}").error == (404, "RES_NOT_FOUND")
    assert agency.get(f"{LOG}/{entry['id']}").data["ip"] == "198.51.100.7"


def test_entries_are_filtered_and_paged(
    control_plane: ControlPlane, dental_admin: ControlPlane, tenancy: Tenancy
) -> None:
    for number in range(5):
        note(control_plane, tenancy, "agent.updated", number=number)
    note(control_plane, tenancy, "agent.deleted")

    assert actions(dental_admin, action="agent.deleted") == ["agent.deleted"]
    assert actions(dental_admin, **{"action[starts]": "agent.", "limit": "1"}) == ["agent.deleted"]
    assert actions(dental_admin, **{"at[gt]": "2999-01-01T00:00:00Z"}) == []
    first = dental_admin.get(LOG, action="agent.updated", limit="3").json
    rest = dental_admin.get(
        LOG, action="agent.updated", limit="3", cursor=first["meta"]["next_cursor"]
    ).json
    numbers = [row["changes"]["number"][1] for row in first["data"] + rest["data"]]
    assert numbers == [4, 3, 2, 1, 0]


def test_a_change_over_http_says_who_what_and_from_what_to_what(
    dental_admin: ControlPlane,
) -> None:
    base = dental_admin.request(
        "POST", "/api/v1/knowledge-bases", json_body={"name": "Before"}
    ).data
    dental_admin.request(
        "PATCH", f"/api/v1/knowledge-bases/{base['id']}", json_body={"name": "After"}
    )

    (entry,) = dental_admin.get(LOG, action="knowledge_base.updated").data

    assert entry["changes"] == {"name": ["Before", "After"]}
    assert (entry["resource_id"], entry["actor_kind"]) == (base["id"], "user")
    assert entry["actor_id"]
    assert entry["request_id"]


def test_the_log_is_exported_and_that_is_noted(
    control_plane: ControlPlane, agency: ControlPlane, tenancy: Tenancy
) -> None:
    for number in range(250):
        note(control_plane, tenancy, "agent.updated", number=number, formula="=1+1")
    note(control_plane, tenancy, "=cmd.run")

    sheet = agency.get(f"{LOG}.csv", **{"resource_type[in]": "agent,=cmd"})
    lines = agency.get(f"{LOG}.jsonl", resource_type="agent")

    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert len(rows) == 251
    assert rows[0]["action"] == "'=cmd.run"
    assert json.loads(rows[1]["changes"])["number"] == [None, 249]
    assert sheet.headers["Content-Type"].startswith("text/csv")
    entries = [json.loads(line) for line in lines.text.splitlines()]
    assert [one["changes"]["number"][1] for one in entries] == list(range(249, -1, -1))
    assert actions(agency, action="audit_log.exported") == ["audit_log.exported"] * 2


def test_a_clients_administrator_exports_the_clients_own_entries_and_its_people_none(
    control_plane: ControlPlane, dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    denied = (403, "AUTHZ_PERMISSION_DENIED")
    tenancy = tenancies.dental
    note(control_plane, tenancy, "agent.updated", number=1)
    note(control_plane, tenancies.plumbing, "agent.updated", number=2)
    lines = dental_admin.get(f"{LOG}.jsonl", resource_type="agent").text.splitlines()
    assert [json.loads(line)["changes"]["number"][1] for line in lines] == [1]
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )
    for path in (LOG, f"{LOG}.csv", f"{LOG}.jsonl"):
        assert reader.get(path).error == denied


@pytest.mark.parametrize("login", ["app", "platform"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET reason = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
def test_nobody_changes_the_log(
    control_plane: ControlPlane,
    tenancy: Tenancy,
    database_urls: DatabaseUrls,
    login: str,
    statement: str,
) -> None:
    note(control_plane, tenancy, "agent.updated")

    with (
        psycopg.connect(getattr(database_urls, login)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_who_is_refused_is_noted(
    dental_admin: ControlPlane, agency: ControlPlane, control_plane: ControlPlane, tenancy: Tenancy
) -> None:
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )
    assert reader.request("POST", "/api/v1/knowledge-bases", json_body={"name": "x"}).status == 403

    for asked in (dental_admin, agency):
        (entry,) = asked.get(LOG, action="authorization.refused").data
        assert entry["changes"]["route"] == [None, "POST /api/v1/knowledge-bases"]
        assert entry["changes"]["code"] == [None, "AUTHZ_PERMISSION_DENIED"]
        assert entry["actor_id"]


def test_who_names_a_client_of_another_is_noted(
    dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    given = {"name": "x", "tenant_id": str(tenancies.plumbing.tenant_id)}
    refused = dental_admin.request("POST", "/api/v1/knowledge-bases", json_body=given)
    assert refused.error == (403, "AUTHZ_TENANT_MISMATCH")

    (entry,) = dental_admin.get(LOG, action="authorization.refused").data

    assert entry["changes"]["code"] == [None, "AUTHZ_TENANT_MISMATCH"]


def test_a_refusal_that_cannot_be_noted_is_a_refusal_all_the_same(
    control_plane: ControlPlane, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("ALTER TABLE audit_log ADD CONSTRAINT full_up CHECK (false) NOT VALID")

    refused = reader.request("POST", "/api/v1/knowledge-bases", json_body={"name": "x"})

    assert refused.error == (403, "AUTHZ_PERMISSION_DENIED")
