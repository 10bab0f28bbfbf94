"""The way back in: an export becomes a tenant of another agency, with ids of its own."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from aiconnected.db import Database, Scope, Work
from aiconnected.exports.contents import (
    FORMAT,
    MANIFEST,
    NOT_IMPORTED,
    TABLES,
    WITH_FILES,
    data_name,
    file_name,
)
from aiconnected.exports.errors import NotAnExport
from aiconnected.exports.repository import ExportRepository
from aiconnected.kit.ids import new_id
from aiconnected.providers.object_store import ObjectStore
from aiconnected.sealing.service import Sealer

PORTION = 200
TIMEOUT_MS = 600_000
_LOW = (1 << 62) - 1  # the random bits of a UUIDv7 (RFC 9562 §5.7) that follow its time
Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """The new id of each old one: the same within an import, ordered in time as the old ones."""

    salt: bytes = field(default_factory=lambda: new_id().bytes)

    def of(self, old: str) -> str:
        """The id that stands for `old` from now on."""
        number = UUID(old).int
        digest = hashlib.sha256(self.salt + number.to_bytes(16, "big")).digest()
        return str(UUID(int=number & ~_LOW | int.from_bytes(digest[:8], "big") & _LOW))


class TenantImport:
    """Reads exports into other agencies; the platform's work."""

    def __init__(
        self,
        exports: ExportRepository,
        *,
        database: Database,
        objects: ObjectStore,
        sealer: Sealer,
        bucket: str,
    ) -> None:
        self._exports, self._database = exports, database
        self._objects, self._sealer, self._bucket = objects, sealer, bucket

    def run(self, source: Path, *, agency_id: UUID) -> UUID:
        """The tenant that was made of the export `source`, for the agency.

        Functions come without the headers and the secret that only their owner knows, switched off
        if they had headers. Raises `NotAnExport`, `ProviderError`, and UniqueViolation when the
        agency has a tenant of this slug.
        """
        ids = Ids()
        with _opened(source) as archive:
            tenant_id = UUID(ids.of(_manifest(archive)["tenant_id"]))
            reading = _Reading(ids=ids, agency_id=agency_id, tenant_id=tenant_id, archive=archive)
            for table in WITH_FILES:
                self._put_files(reading, table=table)
            with self._database.work(
                Scope.platform("import tenant"), timeout_ms=TIMEOUT_MS
            ) as work:
                for table in TABLES:
                    if table not in NOT_IMPORTED:
                        self._insert(work, reading, table=table)
        return tenant_id

    def _insert(self, work: Work, reading: "_Reading", *, table: str) -> None:
        columns = self._exports.columns(work, table)
        rows = (self._whole(reading, row, table=table) for row in reading.rows(table, columns))
        while portion := list(islice(rows, PORTION)):
            named = {name: columns[name] for name in portion[0] if name in columns}
            text = json.dumps(portion, ensure_ascii=False)
            self._exports.insert_rows(work, text, table=table, columns=named)

    def _whole(self, reading: "_Reading", row: Row, *, table: str) -> Row:
        """A row with what an export leaves out and a table asks for."""
        if table == "calls":
            # The carrier's id is the original's alone: its webhooks lead there.
            row |= {"external_call_id": f"import:{row['id']}", "phone_number_id": None}
        if table in WITH_FILES:
            key = reading.files.get(str(row["id"]))
            there = {"bucket": self._bucket, "key": key}
            nowhere = {"bucket": "", "key": ""} if table == "recordings" else {}
            row |= there if key else nowhere
        if table == "custom_functions":
            context = {
                "tenant_id": str(reading.tenant_id),
                "purpose": "custom_function.secret",
            }
            secret = f"fs_{secrets.token_urlsafe(32)}"
            sealed = self._sealer.seal(secret.encode(), context=context)
            row |= {"sealed_secret": "\\x" + sealed.hex()}
            if row["header_names"]:
                row |= {"header_names": [], "is_active": False}
        return row

    def _put_files(self, reading: "_Reading", *, table: str) -> None:
        prefix = file_name(table, "")
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            for name in reading.archive.namelist():
                if not name.startswith(prefix):
                    continue
                row_id = reading.ids.of(name.removeprefix(prefix))
                key = f"{reading.tenant_id}/imported/{table}/{row_id}"
                with reading.archive.open(name) as member, path.open("wb") as file:
                    shutil.copyfileobj(member, file)
                self._objects.put(
                    path, bucket=self._bucket, key=key, content_type="application/octet-stream"
                )
                reading.files[row_id] = key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An export that is being read, and the ids that its rows get."""

    ids: Ids
    agency_id: UUID
    tenant_id: UUID
    archive: ZipFile
    files: dict[str, str] = field(default_factory=dict[str, str])  # key by the row's new id

    def rows(self, table: str, columns: Mapping[str, str]) -> Iterator[Row]:
        """The rows of a table with new ids."""
        with self.archive.open(data_name(table)) as member:
            for line in member:
                row = cast("Row", json.loads(line))
                yield {name: self._mapped(name, value, columns) for name, value in row.items()}

    def _mapped(self, name: str, value: object, columns: Mapping[str, str]) -> object:
        kind = columns.get(name)
        if name == "agency_id":
            return str(self.agency_id)
        if name in {"created_by", "updated_by"} or value is None:
            return None  # people of another place
        if kind == "uuid":
            return self.ids.of(str(value))
        if kind == "uuid[]":
            return [self.ids.of(each) for each in cast("list[str]", value)]
        if name == "snapshot":
            return self._snapshot(cast("Row", value))
        return value

    def _snapshot(self, snapshot: Row) -> Row:
        functions = cast("list[Row]", snapshot.get("functions", []))
        mapped = [each | {"id": self.ids.of(str(each["id"]))} for each in functions]
        return snapshot | {"functions": mapped}


@contextmanager
def _opened(source: Path) -> Generator[ZipFile]:
    try:
        with ZipFile(source) as archive:
            yield archive
    except (BadZipFile, KeyError, json.JSONDecodeError) as exc:
        raise NotAnExport from exc


def _manifest(archive: ZipFile) -> dict[str, str]:
    manifest = cast("dict[str, str]", json.loads(archive.read(MANIFEST)))
    if str(manifest.get("format")) != str(FORMAT):
        raise NotAnExport
    return manifest
