"""The scheduled job of exports: makes those that were asked for, forgets those that are over."""

import logging
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiconnected.db import Database, Scope
from aiconnected.exports.archive import Archive
from aiconnected.exports.models import Export, ExportStatus
from aiconnected.exports.repository import ExportRepository
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ErrorCode
from aiconnected.providers.object_store import ObjectStore

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
STALE = timedelta(minutes=20)  # longer than the function may run
GIVE_UP = timedelta(hours=6)  # after it was asked for
AT_ONCE = 5
BATCH = 50
_SCOPE = Scope.platform("make exports")


class ExportJob:
    """Opens its own units of work."""

    def __init__(
        self,
        exports: ExportRepository,
        *,
        database: Database,
        objects: ObjectStore,
        bucket: str,
        clock: Clock,
    ) -> None:
        self._exports, self._database = exports, database
        self._objects, self._bucket, self._clock = objects, bucket, clock
        self._archive = Archive(exports, database=database, objects=objects)

    def run(self) -> int:
        """Make what waits; how many became ready."""
        done = 0
        for _ in range(AT_ONCE):
            now = self._clock.now()
            with self._database.work(_SCOPE) as work:
                export = self._exports.claim(work, now=now, stale=now - STALE)
            if export is None:
                break
            done += self._make(export)
        return done

    def expire(self) -> int:
        """Delete what nobody can fetch any more; how many there were."""
        with self._database.work(_SCOPE) as work:
            over = self._exports.over(work, now=self._clock.now(), limit=BATCH)
        for export in over:
            if export.bucket is not None and export.object_key is not None:
                self._objects.delete(bucket=export.bucket, key=export.object_key)
            with self._database.work(_SCOPE) as work:
                self._exports.expire(work, export)
        return len(over)

    def _make(self, export: Export) -> bool:
        try:
            self._write(export)
        except AppError as exc:
            self._postpone(export, code=exc.error_code)
            return False
        except Exception:  # the boundary of one export: the others go on
            logger.exception("export failed", extra={"export_id": str(export.id)})
            self._postpone(export, code=ErrorCode.SRV_INTERNAL_ERROR)
            return False
        return True

    def _write(self, export: Export) -> None:
        key = f"{export.tenant_id}/exports/{export.id}.zip"
        with TemporaryDirectory() as folder:
            path = Path(folder, "export.zip")
            self._archive.write(path, export=export, now=self._clock.now())
            size = path.stat().st_size
            self._objects.put(path, bucket=self._bucket, key=key, content_type="application/zip")
        now = self._clock.now()
        with self._database.work(_SCOPE) as work:
            self._exports.finish(
                work,
                export,
                bucket=self._bucket,
                object_key=key,
                size_bytes=size,
                now=now,
                expires_at=now + KEPT,
            )

    def _postpone(self, export: Export, *, code: ErrorCode) -> None:
        now = self._clock.now()
        given_up = now - export.created_at > GIVE_UP
        logger.warning("export postponed", extra={"export_id": str(export.id), "code": code})
        with self._database.work(_SCOPE) as work:
            self._exports.postpone(
                work,
                export,
                status=ExportStatus.FAILED if given_up else ExportStatus.PENDING,
                failure_code=code,
                finished_at=now if given_up else None,
            )
