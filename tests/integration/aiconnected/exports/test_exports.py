"""Exports: all that is kept of a tenant goes into a ZIP, and comes out as the same tenant."""

import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest

from aiconnected.db import Database, Scope
from aiconnected.exports.archive import Archive
from aiconnected.exports.contents import NOT_IMPORTED, TABLES
from aiconnected.exports.errors import ExportUnderWay, NotAnExport, SlugOfAnother
from aiconnected.exports.importing import TenantImport
from aiconnected.exports.job import ExportJob
from aiconnected.exports.models import Export, ExportStatus
from aiconnected.exports.repository import ExportRepository
from aiconnected.exports.service import ExportService
from aiconnected.kit.ids import new_id
from aiconnected.sealing.service import Sealer
from tests.fakes.clock import FakeClock
from tests.fakes.keys import MemoryKeys
from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.world import Place, World
from tests.fixtures.world_filled import fill

pytestmark = pytest.mark.integration

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AUDIO, PAPER = b"RIFF of a call" * 1000, b"%PDF-1.7 of a price list"
SECRET = "argon2-of-a-password"
# What an import makes anew: who wrote a row, and the carrier's own id of a call.
_NEW = {"created_by", "updated_by", "external_call_id", "phone_number_id", "size_bytes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Exports over a store in memory."""

    clock: FakeClock
    objects: MemoryObjects
    service: ExportService
    job: ExportJob
    archive: Archive
    importing: TenantImport


@pytest.fixture
def office(nouns: Nouns, database: Database) -> Office:
    clock, objects, exports = FakeClock(datetime.now(UTC)), MemoryObjects(), ExportRepository()
    objects.kept["a.wav"] = (AUDIO, "audio/wav")
    objects.kept["prices.pdf"] = (PAPER, "application/pdf")
    return Office(
        clock=clock,
        objects=objects,
        service=ExportService(
            exports, tenants=nouns.tenants, objects=objects, audit=nouns.audit, clock=clock
        ),
        job=ExportJob(exports, database=database, objects=objects, bucket="b", clock=clock),
        archive=Archive(exports, database=database, objects=objects),
        importing=TenantImport(
            exports,
            database=database,
            objects=objects,
            sealer=Sealer(MemoryKeys(), clock),
            bucket="b",
        ),
    )


@pytest.fixture
def full(database_urls: DatabaseUrls, tenancies: Tenancies) -> Tenancies:
    """The dental practice with rows in every table, and a sibling with calls of its own."""
    with psycopg.connect(database_urls.owner) as connection:
        world = World(connection)
        dental = Place(agency_id=tenancies.dental.agency_id, tenant_id=tenancies.dental.tenant_id)
        plumbing = Place(
            agency_id=tenancies.plumbing.agency_id, tenant_id=tenancies.plumbing.tenant_id
        )
        function = new_id()
        given: dict[str, dict[str, object]] = {
            "users": {"password_hash": SECRET},
            "custom_functions": {"id": function, "header_names": ["X-Key"]},
            "knowledge_documents": {"bucket": "documents", "key": "prices.pdf"},
            "business_hours": {"opens": "08:00", "closes": "17:00"},
        }
        fill(world, dental, given)
        connection.execute(
            "UPDATE agent_versions SET status = 'published', published_at = now(), "
            "custom_function_ids = ARRAY[%(id)s]::uuid[], snapshot = jsonb_build_object("
            "'functions', jsonb_build_array(jsonb_build_object('id', %(id)s::uuid)))",
            {"id": function},
        )
        world.id("calls", plumbing)
    return tenancies


def written(office: Office, full: Tenancies, database: Database, folder: Path) -> Path:
    """An export of the dental practice, as a file."""
    export = ask(office, full, database)
    target = folder / "export.zip"
    office.archive.write(target, export=export, now=office.clock.now())
    return target


def ask(office: Office, full: Tenancies, database: Database) -> Export:
    with database.work(full.dental.scope) as work:
        return office.service.ask(work, full.dental.tenant_id)


def rows(archive: ZipFile, table: str) -> Iterator[dict[str, Any]]:
    for line in archive.read(f"data/{table}.jsonl").splitlines():
        yield json.loads(line)


def test_an_export_holds_every_table_and_file_and_no_secret(
    office: Office, full: Tenancies, database: Database, tmp_path: Path
) -> None:
    with ZipFile(written(office, full, database, tmp_path)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
        owners = {
            row["tenant_id"]
            for table in TABLES
            for row in rows(archive, table)
            if "tenant_id" in row
        }

    assert [table for table, count in manifest["rows"].items() if not count] == []
    assert manifest["rows"]["calls"] == 1
    assert (manifest["files"], manifest["missing"]) == (
        {"recordings": 1, "knowledge_documents": 1},
        [],
    )
    assert owners == {str(full.dental.tenant_id)}
    assert AUDIO in everything
    assert PAPER in everything
    assert "Größe: 5 Öre".encode() in everything
    for hidden in (SECRET, "sealed_secret", "cost_micros", "price_micros", '"bucket"'):
        assert hidden.encode() not in everything


def test_an_export_becomes_the_same_tenant_of_another_agency(
    office: Office, full: Tenancies, database: Database, tmp_path: Path
) -> None:
    source = written(office, full, database, tmp_path)

    tenant_id = office.importing.run(source, agency_id=full.stranger.agency_id)

    again = tmp_path / "again.zip"
    copy = Export(
        bucket=None,
        object_key=None,
        size_bytes=None,
        failure_code=None,
        started_at=None,
        id=tenant_id,
        agency_id=full.stranger.agency_id,
        tenant_id=tenant_id,
        status=ExportStatus.RUNNING,
        finished_at=None,
        expires_at=None,
        created_at=office.clock.now(),
        updated_at=office.clock.now(),
    )
    office.archive.write(again, export=copy, now=office.clock.now())
    with ZipFile(source) as one, ZipFile(again) as other:
        for table in set(TABLES) - NOT_IMPORTED - {"custom_functions"}:
            assert alike(rows(other, table)) == alike(rows(one, table)), table
        assert files(other) == files(one) == {AUDIO, PAPER}
        (function,) = rows(other, "custom_functions")
        (version,) = (v for v in rows(other, "agent_versions") if v["status"] == "published")
        (call,) = rows(other, "calls")
    # A function with headers that nobody knows any more waits for them, switched off.
    assert (function["header_names"], function["is_active"]) == ([], False)
    assert version["custom_function_ids"] == [function["id"]]
    assert version["snapshot"]["functions"][0]["id"] == function["id"]
    assert call["external_call_id"] == f"import:{call['id']}"
    assert {row["agency_id"] for row in (function, version, call)} == {str(full.stranger.agency_id)}


def alike(found: Iterator[dict[str, Any]]) -> list[str]:
    """Rows without what an import makes anew, ids all the same."""
    plain = ({k: v for k, v in row.items() if k not in _NEW} for row in found)
    return sorted(_UUID.sub("id", json.dumps(row, sort_keys=True)) for row in plain)


def files(archive: ZipFile) -> set[bytes]:
    return {archive.read(name) for name in archive.namelist() if name.startswith("files/")}


def test_an_import_that_fails_leaves_nothing(
    office: Office,
    full: Tenancies,
    database: Database,
    database_urls: DatabaseUrls,
    tmp_path: Path,
) -> None:
    source = written(office, full, database, tmp_path)

    with pytest.raises(SlugOfAnother):  # its own agency has the slug
        office.importing.run(source, agency_id=full.dental.agency_id)

    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT count(*) FROM agents").fetchone()
    assert row == (1,)


@pytest.mark.parametrize("content", [b"", b"PK no zip", "a zip", "another format"])
def test_what_is_no_export_is_not_read(
    office: Office, tenancies: Tenancies, tmp_path: Path, content: bytes | str
) -> None:
    source = tmp_path / "wrong.zip"
    if isinstance(content, bytes):
        source.write_bytes(content)
    else:
        with ZipFile(source, "w") as archive:
            name = "a" if content == "a zip" else "manifest.json"
            archive.writestr(name, json.dumps({"format": 99}))

    with pytest.raises(NotAnExport):
        office.importing.run(source, agency_id=tenancies.stranger.agency_id)


def test_the_job_makes_what_was_asked_for_and_forgets_it_after_a_week(
    office: Office, full: Tenancies, database: Database, database_urls: DatabaseUrls
) -> None:
    export = ask(office, full, database)
    assert office.job.run() == 1
    assert office.job.run() == 0

    def look() -> tuple[ExportStatus, str | None]:
        with database.work(full.dental.scope) as work:
            link = office.service.link(work, full.dental.tenant_id, export_id=export.id)
        return link.export.status, link.url

    status, url = look()
    assert status is ExportStatus.READY
    assert url is not None
    key = f"{full.dental.tenant_id}/exports/{export.id}.zip"
    assert key in url
    with ZipFile(io.BytesIO(office.objects.kept[key][0])) as archive:
        assert "manifest.json" in archive.namelist()
    office.clock.advance(timedelta(days=6))
    assert office.job.expire() == 0
    office.clock.advance(timedelta(days=1))
    assert look() == (ExportStatus.READY, None)  # the time is over before the job comes by
    assert office.job.expire() == 1
    assert look() == (ExportStatus.EXPIRED, None)
    assert key not in office.objects.kept
    with psycopg.connect(database_urls.owner) as connection:
        actions = connection.execute(
            "SELECT action FROM audit_log WHERE resource_id = %s ORDER BY id", [export.id]
        ).fetchall()
    assert actions == [("export.requested",), ("export.link_given",)]


def test_a_store_that_is_away_is_tried_again_and_given_up_after_hours(
    office: Office, full: Tenancies, database: Database
) -> None:
    export = ask(office, full, database)
    office.objects.away = True

    def status_after_a_run() -> ExportStatus:
        office.job.run()
        with database.work(full.dental.scope) as work:
            found = office.service.get(work, full.dental.tenant_id, export_id=export.id)
        return found.status

    assert status_after_a_run() is ExportStatus.PENDING
    office.clock.advance(timedelta(hours=7))
    assert status_after_a_run() is ExportStatus.FAILED
    office.objects.away = False
    assert office.job.run() == 0


def test_an_export_whose_job_died_is_taken_over(
    office: Office, full: Tenancies, database: Database
) -> None:
    ask(office, full, database)
    now = office.clock.now()
    with database.work(Scope.platform("test")) as work:
        ExportRepository().claim(work, now=now, stale=now)

    assert office.job.run() == 0
    office.clock.advance(timedelta(minutes=21))
    assert office.job.run() == 1


def test_audio_that_is_gone_is_named_and_the_rest_exported(
    office: Office, full: Tenancies, database: Database, tmp_path: Path
) -> None:
    del office.objects.kept["a.wav"]

    with ZipFile(written(office, full, database, tmp_path)) as archive:
        manifest = json.loads(archive.read("manifest.json"))

    assert len(manifest["missing"]) == 1
    assert manifest["missing"][0].startswith("files/recordings/")


def test_of_many_who_ask_at_once_one_is_heard(
    office: Office, full: Tenancies, database: Database
) -> None:
    def race(_: int) -> bool:
        try:
            ask(office, full, database)
        except ExportUnderWay:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(race, range(20))) == 1
