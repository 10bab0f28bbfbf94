"""Repository of imports: what was announced, and what became of it."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.imports.models import IMPORTS, Import, ImportStatus
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


class ImportRepository:
    """Reads and writes imports."""

    def insert(
        self,
        work: Work,
        import_id: UUID,
        *,
        agency_id: UUID,
        slug: str | None,
        bucket: str,
        object_key: str,
        size_bytes: int,
    ) -> None:
        """Await its file."""
        work.run(
            SQL["insert"],
            id=import_id,
            agency_id=agency_id,
            slug=slug,
            bucket=bucket,
            object_key=object_key,
            size_bytes=size_bytes,
        )

    def page(self, work: Work, agency_id: UUID, *, wanted: ListQuery) -> Page[Import]:
        """Those of an agency that were asked for."""
        return page(work, SQL["page"], Import, of=IMPORTS, wanted=wanted, agency_id=agency_id)

    def by_id(self, work: Work, agency_id: UUID, *, import_id: UUID) -> Import | None:
        """One of an agency."""
        return work.row(SQL["by_id"], Import, agency_id=agency_id, id=import_id)

    def uploaded(self, work: Work, found: Import) -> bool:
        """Its file has come; False when that was known."""
        return bool(work.run(SQL["uploaded"], agency_id=found.agency_id, id=found.id))

    def claim(self, work: Work, *, now: datetime, stale: datetime) -> Import | None:
        """Take the next that waits; one begun before `stale` is taken over."""
        return work.row(SQL["claim"], Import, now=now, stale=stale)

    def finish(self, work: Work, claimed: Import, *, tenant_id: UUID, now: datetime) -> bool:
        """The client is there; False when another job has taken the import over."""
        return bool(
            work.run(
                SQL["finish"],
                agency_id=claimed.agency_id,
                id=claimed.id,
                started_at=claimed.started_at,
                made_tenant_id=tenant_id,
                now=now,
            )
        )

    def fail(
        self,
        work: Work,
        claimed: Import,
        *,
        status: ImportStatus,
        code: str,
        reason: str,
        finished_at: datetime | None,
    ) -> None:
        """It waits for its next try, or has failed for good."""
        work.run(
            SQL["fail"],
            agency_id=claimed.agency_id,
            id=claimed.id,
            status=status,
            failure_code=code,
            failure_reason=reason,
            finished_at=finished_at,
        )

    def abandon(
        self, work: Work, *, before: datetime, now: datetime, code: str, reason: str
    ) -> int:
        """Await no longer the files of those announced `before`; how many there were."""
        return work.run(
            SQL["abandon"], before=before, now=now, failure_code=code, failure_reason=reason
        )
