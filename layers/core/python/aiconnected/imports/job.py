"""The scheduled job of imports: what was uploaded becomes a client, or fails with its reason."""

import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Database, Scope, Work
from aiconnected.imports.errors import NotUploaded
from aiconnected.imports.models import Import, ImportStatus
from aiconnected.imports.repository import ImportRepository
from aiconnected.imports.service import UPLOAD_TIME
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, Conflict, ErrorCode, ProviderError
from aiconnected.providers.object_store import ObjectStore
from aiconnected.tenants.service import TenantService

logger = logging.getLogger(__name__)

STALE = timedelta(minutes=20)  # longer than the function may run
GIVE_UP = timedelta(hours=6)  # after it was asked for
AWAITED = 2 * UPLOAD_TIME  # a file may take long to be put
AT_ONCE = 2
_SCOPE = Scope.platform("import tenants")
_BROKEN = "Something went wrong on our side."
_NOT_PUT = "The file was not put in time."


class Reader(Protocol):
    """Makes a tenant of an export; `around` holds while its rows are written."""

    def run(
        self,
        source: Path,
        *,
        agency_id: UUID,
        slug: str | None,
        around: Callable[[Work, UUID], AbstractContextManager[None]],
    ) -> UUID:
        """Its id; raises `AppError`, and then nothing is written."""
        ...


class TakenOver(Conflict):
    """Another job works on this import."""


class ImportJob:
    """Opens its own units of work."""

    def __init__(
        self,
        imports: ImportRepository,
        *,
        reader: Reader,
        tenants: TenantService,
        audit: AuditService,
        database: Database,
        objects: ObjectStore,
        clock: Clock,
    ) -> None:
        self._imports, self._reader, self._tenants = imports, reader, tenants
        self._audit, self._database = audit, database
        self._objects, self._clock = objects, clock

    def run(self) -> int:
        """Read in what waits; how many clients were made."""
        done = 0
        for _ in range(AT_ONCE):
            now = self._clock.now()
            with self._database.work(_SCOPE) as work:
                claimed = self._imports.claim(work, now=now, stale=now - STALE)
            if claimed is None:
                break
            done += self._make(claimed)
        return done

    def abandon(self) -> int:
        """Fail those whose file has not come in time; how many there were."""
        now = self._clock.now()
        with self._database.work(_SCOPE) as work:
            return self._imports.abandon(
                work,
                before=now - AWAITED,
                now=now,
                code=NotUploaded.code,
                reason=_NOT_PUT,
            )

    def _make(self, claimed: Import) -> bool:
        try:
            with TemporaryDirectory() as folder:
                source = Path(folder, "import.zip")
                self._objects.get(source, bucket=claimed.bucket, key=claimed.object_key)
                self._reader.run(
                    source,
                    agency_id=claimed.agency_id,
                    slug=claimed.slug,
                    around=lambda work, tenant_id: self._settled(work, claimed, tenant_id),
                )
        except AppError as exc:
            retryable = exc.status >= 500 and getattr(exc, "retryable", True)  # noqa: PLR2004
            self._failed(claimed, code=exc.error_code, reason=exc.message, retryable=retryable)
            return False
        except Exception:  # the boundary of one import: the others go on
            logger.exception("import failed", extra={"import_id": str(claimed.id)})
            code = ErrorCode.SRV_INTERNAL_ERROR
            self._failed(claimed, code=code, reason=_BROKEN, retryable=False)
            return False
        self._forget_file(claimed)
        return True

    @contextmanager
    def _settled(self, work: Work, claimed: Import, tenant_id: UUID) -> Generator[None]:
        """Within the agency's quota, and told in the transaction that makes the client."""
        quota = self._tenants.room(work, claimed.agency_id)
        yield
        tenant = self._tenants.get(work, tenant_id)
        if tenant.max_concurrent_calls > quota.max_concurrent_calls:
            fewer = {"max_concurrent_calls": quota.max_concurrent_calls}
            self._tenants.change(work, tenant_id, changes=fewer)
        if not self._imports.finish(work, claimed, tenant_id=tenant_id, now=self._clock.now()):
            raise TakenOver
        change = Change(action="tenant.imported", resource_type="tenant", resource_id=tenant_id)
        self._audit.record(work, change, agency_id=claimed.agency_id, tenant_id=tenant_id)

    def _failed(self, claimed: Import, *, code: ErrorCode, reason: str, retryable: bool) -> None:
        now = self._clock.now()
        over = not retryable or now - claimed.created_at > GIVE_UP
        logger.warning("import failed", extra={"import_id": str(claimed.id), "code": code})
        with self._database.work(_SCOPE) as work:
            self._imports.fail(
                work,
                claimed,
                status=ImportStatus.FAILED if over else ImportStatus.PENDING,
                code=code,
                reason=reason,
                finished_at=now if over else None,
            )
        if over:
            self._forget_file(claimed)

    def _forget_file(self, claimed: Import) -> None:
        with suppress(ProviderError):  # the bucket's own rules delete what is left
            self._objects.delete(bucket=claimed.bucket, key=claimed.object_key)
