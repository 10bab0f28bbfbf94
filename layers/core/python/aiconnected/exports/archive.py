"""Writes an export: rows as they stand at one moment, and the files that belong to them."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from aiconnected.db import Database, Scope, Work
from aiconnected.exports.contents import (
    FORMAT,
    MANIFEST,
    TABLES,
    WITH_FILES,
    data_name,
    file_name,
)
from aiconnected.exports.models import Export, StoredFile
from aiconnected.exports.repository import ExportRepository
from aiconnected.kit.errors import ProviderError
from aiconnected.providers.object_store import ObjectStore

TIMEOUT_MS = 600_000


class Archive:
    """One export on its way into a file: never more in memory than a portion of rows."""

    def __init__(
        self, exports: ExportRepository, *, database: Database, objects: ObjectStore
    ) -> None:
        self._exports, self._database, self._objects = exports, database, objects

    def write(self, target: Path, *, export: Export, now: datetime) -> None:
        """Put all that is kept of the tenant into `target`, a ZIP; raises `ProviderError`."""
        scope = Scope.platform("export tenant")
        with ZipFile(target, "w", compression=ZIP_DEFLATED, allowZip64=True) as archive:
            with self._database.work(scope, timeout_ms=TIMEOUT_MS, frozen=True) as work:
                counts = {
                    table: self._write_rows(work, archive, export=export, table=table)
                    for table in TABLES
                }
                files = {
                    table: self._exports.files(work, export.tenant_id, table=table)
                    for table in WITH_FILES
                }
            missing = [
                name
                for table, stored in files.items()
                for name in self._write_files(archive, stored, table=table)
            ]
            manifest = {
                "format": FORMAT,
                "exported_at": now.isoformat(),
                "agency_id": str(export.agency_id),
                "tenant_id": str(export.tenant_id),
                "rows": counts,
                "files": {table: len(stored) for table, stored in files.items()},
                "missing": missing,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))

    def _write_rows(self, work: Work, archive: ZipFile, *, export: Export, table: str) -> int:
        count = 0
        rows = self._exports.rows(work, export.tenant_id, table=table, left_out=TABLES[table])
        with archive.open(data_name(table), "w", force_zip64=True) as member:
            for count, line in enumerate(rows, start=1):  # noqa: B007 -- the last one is the answer
                member.write(line.encode() + b"\n")
        return count

    def _write_files(self, archive: ZipFile, stored: list[StoredFile], *, table: str) -> list[str]:
        """Names of files that the store does not have any more."""
        missing: list[str] = []
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            for each in stored:
                name = file_name(table, str(each.id))
                try:
                    self._objects.get(path, bucket=each.bucket, key=each.key)
                except ProviderError as exc:
                    if exc.retryable:
                        raise
                    missing.append(name)
                    continue
                archive.write(path, name, compress_type=ZIP_STORED)
                path.unlink()
        return missing
