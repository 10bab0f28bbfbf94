"""Imports over HTTP: a client's export, brought back to its agency, is the same client again."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import psycopg
import pytest

from aiconnected.exports.contents import NOT_IMPORTED, TABLES
from aiconnected.users.models import UserRole
from chalicelib.jobs.exports import make_exports
from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.world import Place, World
from tests.fixtures.world_filled import fill

pytestmark = pytest.mark.integration

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AUDIO, PAPER = b"RIFF of a call" * 1000, b"%PDF-1.7 of a price list"
# What an import makes anew: who wrote a row, the carrier's own id of a call, where its number led.
_NEW = {"created_by", "updated_by", "external_call_id", "phone_number_id", "slug"}
SLUG = "dental-again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """Somebody who takes exports away and brings them back."""

    asked: ControlPlane
    agency_id: UUID

    @property
    def path(self) -> str:
        return f"/api/v1/agencies/{self.agency_id}/imports"

    @property
    def objects(self) -> MemoryObjects:
        store = self.asked.services.objects
        assert isinstance(store, MemoryObjects)
        return store

    def export(self, tenant_id: object) -> bytes:
        """The client's export, asked for and made."""
        exports = f"/api/v1/tenants/{tenant_id}/exports"
        made = self.asked.request("POST", exports).data["id"]
        make_exports(self.asked.services)
        assert self.asked.get(f"{exports}/{made}").data["status"] == "ready"
        return self.objects.kept[f"{tenant_id}/exports/{made}.zip"][0]

    def announce(self, content: bytes, **given: object) -> dict[str, Any]:
        """An import whose file has been put."""
        body = {"size_bytes": len(content)} | given
        made = self.asked.request("POST", self.path, json_body=body).data
        key = made["upload"]["url"].partition("/recordings/")[2].partition("?")[0]
        self.objects.kept[key] = (content, "application/zip")
        return made["announced"]

    def complete(self, import_id: str) -> Answer:
        return self.asked.request("POST", f"{self.path}/{import_id}/complete")

    def bring(self, content: bytes, **given: object) -> dict[str, Any]:
        """What became of an import."""
        import_id = self.announce(content, **given)["id"]
        assert self.complete(import_id).data["status"] == "pending"
        make_exports(self.asked.services)
        return self.asked.get(f"{self.path}/{import_id}").data


@pytest.fixture
def bringing(control_plane: ControlPlane, tenancies: Tenancies) -> Bringing:
    """The administrator of the practice's agency."""
    agency_id = tenancies.dental.agency_id
    admin = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=agency_id)
    return Bringing(asked=admin, agency_id=agency_id)


@pytest.fixture
def taken(bringing: Bringing, world: World, tenancies: Tenancies) -> bytes:
    """An export of the practice, which has rows in every table."""
    dental = tenancies.dental
    given: dict[str, dict[str, object]] = {
        "knowledge_documents": {"bucket": "documents", "key": "prices.pdf"},
        "business_hours": {"opens": "08:00", "closes": "17:00"},
    }
    fill(world, Place(agency_id=dental.agency_id, tenant_id=dental.tenant_id), given)
    bringing.objects.kept["a.wav"] = (AUDIO, "audio/wav")
    bringing.objects.kept["prices.pdf"] = (PAPER, "application/pdf")
    return bringing.export(dental.tenant_id)


def rows(content: bytes, table: str) -> list[str]:
    """A table's rows without what an import makes anew, ids all the same."""
    with ZipFile(io.BytesIO(content)) as archive:
        lines = archive.read(f"data/{table}.jsonl").splitlines()
    plain = ({k: v for k, v in json.loads(line).items() if k not in _NEW} for line in lines)
    return sorted(_UUID.sub("id", json.dumps(row, sort_keys=True)) for row in plain)


def files(content: bytes) -> list[bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return sorted(archive.read(n) for n in archive.namelist() if n.startswith("files/"))


def test_an_export_that_is_imported_is_the_same_client(bringing: Bringing, taken: bytes) -> None:
    done = bringing.bring(taken, slug=SLUG)

    assert (done["status"], done["failure_code"]) == ("done", None)
    client = bringing.asked.get(f"/api/v1/tenants/{done['made_tenant_id']}").data
    assert (client["slug"], client["agency_id"]) == (SLUG, str(bringing.agency_id))
    again = bringing.export(done["made_tenant_id"])
    compared = sorted(set(TABLES) - NOT_IMPORTED)
    assert all(rows(taken, table) for table in compared)
    for table in compared:
        assert rows(again, table) == rows(taken, table), table
    assert files(again) == files(taken) == sorted([AUDIO, PAPER])
    assert not [key for key in bringing.objects.kept if "/imports/" in key]
    actions = [e["action"] for e in bringing.asked.get("/api/v1/audit-log", limit="100").data]
    assert {"import.requested", "import.uploaded", "tenant.imported"} <= set(actions)


def test_a_slug_of_another_client_and_a_full_agency_are_told(
    bringing: Bringing, taken: bytes, database_urls: DatabaseUrls
) -> None:
    same = bringing.bring(taken)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE agencies SET max_tenants = 1")
    full = bringing.bring(taken, slug=SLUG)

    assert (same["status"], same["failure_code"]) == ("failed", "RES_ALREADY_EXISTS")
    assert (full["status"], full["failure_code"]) == ("failed", "BIZ_QUOTA_EXCEEDED")
    assert not [key for key in bringing.objects.kept if "/import" in key]
    with psycopg.connect(database_urls.owner) as connection:
        made = connection.execute("SELECT count(*) FROM tenants WHERE slug = %s", [SLUG])
        assert made.fetchone() == (0,)


def test_a_client_gets_no_more_calls_than_its_new_agency_has(
    bringing: Bringing, taken: bytes, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE tenants SET max_concurrent_calls = 9000")
        connection.execute("UPDATE agencies SET max_concurrent_calls = 3")

    done = bringing.bring(changed(taken, "tenants", max_concurrent_calls=9000), slug=SLUG)

    client = bringing.asked.get(f"/api/v1/tenants/{done['made_tenant_id']}").data
    assert client["max_concurrent_calls"] == 3


def changed(content: bytes, table: str, **values: object) -> bytes:
    """The export with other values in all rows of a table."""

    def rewrite(name: str, data: bytes) -> bytes:
        if name != f"data/{table}.jsonl":
            return data
        lines = (json.loads(line) | values for line in data.splitlines())
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return rewritten(content, rewrite)


def rewritten(content: bytes, rewrite: Callable[[str, bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, rewrite(name, source.read(name)))
    return target.getvalue()


def bad_exports(taken: bytes) -> Iterator[tuple[str, bytes]]:
    """Files that somebody might bring."""
    yield "no ZIP", b"x" * 100
    yield "half a ZIP", taken[: len(taken) // 2]
    yield "no JSON", rewritten(taken, lambda name, d: b"{" if "agents" in name else d)
    yield "a list", rewritten(taken, lambda name, d: b"[1]\n" if "agents.js" in name else d)
    yield "deep", rewritten(taken, lambda name, d: b"[" * 100_000 if "holidays" in name else d)
    yield "no manifest", rewritten(taken, lambda name, d: b"null" if name[0] == "m" else d)
    yield "no id", changed(taken, "holidays", id="nobody")
    yield "another client's", changed(taken, "holidays", tenant_id=str(UUID(int=7)))
    yield "two clients", rewritten(taken, lambda name, d: d * 2 if "/tenants" in name else d)
    yield "no such word", changed(taken, "agents", status="nonsense")
    yield "null bytes", changed(taken, "agents", name="a\0b")
    yield "too long", changed(taken, "agents", name="a" * 1000)
    yield "nobody's agent", changed(taken, "greetings", agent_id=str(UUID(int=7)))
    yield "no day", changed(taken, "holidays", day="the 32nd")


def test_what_is_no_export_fails_with_a_reason_and_leaves_nothing(
    bringing: Bringing, taken: bytes, database_urls: DatabaseUrls
) -> None:
    def left() -> tuple[object, int]:
        with psycopg.connect(database_urls.owner) as connection:
            tables = [table for table in TABLES if table != "audit_log"]
            counts = [
                connection.execute(f"SELECT count(*) FROM {t}".encode()).fetchone()  # noqa: S608
                for t in tables
            ]
        return counts, len(bringing.objects.kept)

    before = left()
    for name, content in bad_exports(taken):
        done = bringing.bring(content, slug=SLUG)
        assert (done["status"], done["failure_code"]) == ("failed", "VAL_INVALID_FORMAT"), name
        assert left() == before, name


def test_an_export_names_nothing_that_it_does_not_bring(
    bringing: Bringing, taken: bytes, database_urls: DatabaseUrls
) -> None:
    stolen = {"bucket": "documents", "key": "of-somebody-else.pdf"}
    crafted = rewritten(taken, lambda name, d: b"" if "files/" in name else d)
    with ZipFile(io.BytesIO(crafted)) as archive:
        kept = [n for n in archive.namelist() if not n.startswith("files/")]
        content = {name: archive.read(name) for name in kept}
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    crafted = changed(target.getvalue(), "knowledge_documents", **stolen)
    crafted = changed(crafted, "recordings", **stolen)

    done = bringing.bring(changed(crafted, "custom_functions", sealed_secret="\\x00"), slug=SLUG)

    with psycopg.connect(database_urls.owner) as connection:
        made = done["made_tenant_id"]
        documents = connection.execute(
            "SELECT key FROM knowledge_documents WHERE tenant_id = %s", [made]
        ).fetchall()
        recordings = connection.execute(
            "SELECT key FROM recordings WHERE tenant_id = %s", [made]
        ).fetchall()
        sealed = connection.execute(
            "SELECT length(sealed_secret) > 1 FROM custom_functions WHERE tenant_id = %s", [made]
        ).fetchall()
    assert (documents, recordings, sealed) == ([(None,)], [("",)], [(True,)])


def test_a_file_that_was_not_put_is_not_read(bringing: Bringing) -> None:
    made = bringing.asked.request("POST", bringing.path, json_body={"size_bytes": 100}).data
    import_id = made["announced"]["id"]

    early = bringing.complete(import_id)

    assert early.error == (409, "RES_CONFLICT")
    assert bringing.asked.get(f"{bringing.path}/{import_id}").data["status"] == "uploading"
    assert bringing.asked.get(bringing.path, status="pending").data == []


def test_a_file_that_never_comes_is_awaited_no_longer(
    bringing: Bringing, database_urls: DatabaseUrls
) -> None:
    asked = bringing.asked
    old, new = (
        asked.request("POST", bringing.path, json_body={"size_bytes": 100}).data["announced"]["id"]
        for _ in range(2)
    )
    with psycopg.connect(database_urls.owner) as connection:
        earlier = "UPDATE imports SET created_at = created_at - interval '3 hours' WHERE id = %s"
        connection.execute(earlier, [old])

    make_exports(asked.services)

    given_up = asked.get(f"{bringing.path}/{old}").data
    assert (given_up["status"], given_up["failure_code"]) == ("failed", "RES_CONFLICT")
    assert given_up["finished_at"]
    assert bringing.complete(old).data["status"] == "failed"
    assert asked.get(f"{bringing.path}/{new}").data["status"] == "uploading"


def test_a_store_that_is_away_is_asked_again(bringing: Bringing, taken: bytes) -> None:
    import_id = bringing.announce(taken, slug=SLUG)["id"]
    bringing.complete(import_id)
    assert bringing.complete(import_id).status == 202

    bringing.objects.away = True
    make_away = bringing.asked.services.import_job.run()
    waiting = bringing.asked.get(f"{bringing.path}/{import_id}").data
    bringing.objects.away = False

    assert (make_away, waiting["status"]) == (0, "pending")
    assert bringing.asked.services.import_job.run() == 1


def test_imports_are_for_the_agencys_administrators(
    control_plane: ControlPlane, bringing: Bringing, tenancies: Tenancies
) -> None:
    body = {"size_bytes": 100}
    dental = tenancies.dental
    clerk = control_plane.as_role(UserRole.AGENCY_USER, agency_id=bringing.agency_id)
    client = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )
    stranger = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)

    for asked in (clerk, client):
        refused = asked.request("POST", bringing.path, json_body=body)
        assert refused.error == (403, "AUTHZ_PERMISSION_DENIED")
    hidden = stranger.request("POST", bringing.path, json_body=body)
    assert hidden.error == (404, "RES_NOT_FOUND")
