"""The way back in: an export becomes a tenant of another agency, with ids of its own."""

import hashlib
import json
import secrets
import shutil
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from aiconnected.db import Database, Scope, UniqueViolation, Work
from aiconnected.db.errors import DataError, IntegrityError
from aiconnected.exports.contents import (
    FORMAT,
    MANIFEST,
    NOT_IMPORTED,
    TABLES,
    WITH_FILES,
    data_name,
    file_name,
)
from aiconnected.exports.errors import NotAnExport, SlugOfAnother
from aiconnected.exports.repository import ExportRepository
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.providers.object_store import ObjectStore
from aiconnected.sealing.service import Sealer

PORTION = 200
TIMEOUT_MS = 600_000
MAX_UNPACKED = 8 << 30  # bytes of all that is in a ZIP
MAX_MEMBERS = 200_000
MAX_LINE = 16 << 20
_LOW = (1 << 62) - 1  # the random bits of a UUIDv7 (RFC 9562 §5.7) that follow its time
Row = dict[str, object]
Around = Callable[[Work, UUID], AbstractContextManager[None]]


def _alone(_work: Work, _tenant_id: UUID) -> AbstractContextManager[None]:
    return nullcontext()


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

    def run(
        self,
        source: Path,
        *,
        agency_id: UUID,
        slug: str | None = None,
        around: Around = _alone,
    ) -> UUID:
        """The tenant that was made of the export `source`, for the agency.

        It may come from anybody: nothing in it names a row or a file that it does not bring along.
        Functions come without the headers and the secret that only their owner knows, switched off
        if they had headers. `slug` takes the place of the export's own; `around` holds, in the
        transaction, while the rows are written. Raises `NotAnExport`, `SlugOfAnother`,
        `ProviderError`, and what `around` raises; then nothing of it stays.
        """
        ids = Ids()
        with _opened(source) as archive:
            tenant_id = UUID(ids.of(_manifest(archive)["tenant_id"]))
            reading = _Reading(
                ids=ids, agency_id=agency_id, tenant_id=tenant_id, archive=archive, slug=slug
            )
            try:
                for table in WITH_FILES:
                    self._put_files(reading, table=table)
                self._write(reading, around=around)
            except BaseException:
                self._forget_files(reading)
                raise
        return tenant_id

    def _write(self, reading: "_Reading", *, around: Around) -> None:
        scope = Scope.platform("import tenant")
        with (
            self._database.work(scope, timeout_ms=TIMEOUT_MS) as work,
            around(work, reading.tenant_id),
        ):
            try:
                for table in TABLES:
                    if table not in NOT_IMPORTED:
                        self._insert(work, reading, table=table)
            except UniqueViolation as exc:
                taken = exc.diag.constraint_name == "uq_tenants_agency_id_slug"
                raise (SlugOfAnother if taken else NotAnExport) from exc
            except (DataError, IntegrityError) as exc:
                raise NotAnExport from exc

    def _forget_files(self, reading: "_Reading") -> None:
        with suppress(ProviderError):
            for key in reading.files.values():
                self._objects.delete(bucket=self._bucket, key=key)

    def _insert(self, work: Work, reading: "_Reading", *, table: str) -> None:
        columns = self._exports.columns(work, table)
        rows = (self._whole(reading, row, table=table) for row in reading.rows(table, columns))
        while portion := list(islice(rows, PORTION)):
            named = {name: columns[name] for name in portion[0] if name in columns}
            text = json.dumps(portion, ensure_ascii=False)
            self._exports.insert_rows(work, text, table=table, columns=named)

    def _whole(self, reading: "_Reading", row: Row, *, table: str) -> Row:
        """A row with what an export leaves out and a table asks for."""
        if table == "tenants" and reading.slug is not None:
            row |= {"slug": reading.slug}
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
                reading.files[row_id] = key
                self._objects.put(
                    path, bucket=self._bucket, key=key, content_type="application/octet-stream"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An export that is being read, and the ids that its rows get."""

    ids: Ids
    agency_id: UUID
    tenant_id: UUID
    archive: ZipFile
    slug: str | None = None
    files: dict[str, str] = field(default_factory=dict[str, str])  # key by the row's new id

    def rows(self, table: str, columns: Mapping[str, str]) -> Iterator[Row]:
        """The rows of a table with new ids, without what no export holds."""
        known = columns.keys() - set(TABLES[table])
        own = "id" if table == "tenants" else "tenant_id"
        with self.archive.open(data_name(table)) as member:
            for line in _lines(member):
                given = cast("Row", json.loads(line))
                row = {
                    name: self._mapped(name, value, columns)
                    for name, value in given.items()
                    if name in known
                }
                if row[own] != str(self.tenant_id):
                    raise NotAnExport
                yield row

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


def _lines(member: IO[bytes]) -> Iterator[bytes]:
    while line := member.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise NotAnExport
        yield line


# What reading somebody's file may end in: no ZIP, no JSON, or another JSON than we write.
_UNREADABLE = (
    BadZipFile,
    EOFError,
    KeyError,
    AttributeError,
    TypeError,
    ValueError,
    RecursionError,
    NotImplementedError,
    zlib.error,
)


@contextmanager
def _opened(source: Path) -> Generator[ZipFile]:
    try:
        with ZipFile(source) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                raise NotAnExport
            yield archive
    except _UNREADABLE as exc:
        raise NotAnExport from exc


def _manifest(archive: ZipFile) -> dict[str, str]:
    manifest = cast("dict[str, str]", json.loads(archive.read(MANIFEST)))
    if str(manifest.get("format")) != str(FORMAT):
        raise NotAnExport
    return manifest
