"""Repository of exports: what was asked for, what goes into one, and what comes out again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString, cast
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.db.owned import of_table
from aiconnected.exports.models import EXPORTS, Export, ExportStatus, StoredFile
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = "/* columns */ id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table."""

    name: str
    type: str


class ExportRepository:
    """Reads and writes exports."""

    def insert(self, work: Work, export_id: UUID, *, agency_id: UUID, tenant_id: UUID) -> None:
        """Ask for one."""
        work.run(SQL["insert"], id=export_id, agency_id=agency_id, tenant_id=tenant_id)

    def under_way(self, work: Work, tenant_id: UUID) -> bool:
        """Whether one of the tenant is being made."""
        return bool(work.value(SQL["under_way"], bool, tenant_id=tenant_id))

    def page(self, work: Work, tenant_id: UUID, *, wanted: ListQuery) -> Page[Export]:
        """Those of a tenant that were asked for."""
        return page(work, SQL["page"], Export, of=EXPORTS, wanted=wanted, tenant_id=tenant_id)

    def by_id(self, work: Work, tenant_id: UUID, *, export_id: UUID) -> Export | None:
        """One of a tenant."""
        return work.row(SQL["by_id"], Export, tenant_id=tenant_id, id=export_id)

    def claim(self, work: Work, *, now: datetime, stale: datetime) -> Export | None:
        """Take the next that is to be made; one begun before `stale` is taken over."""
        return work.row(SQL["claim"], Export, now=now, stale=stale)

    def finish(
        self,
        work: Work,
        export: Export,
        *,
        bucket: str,
        object_key: str,
        size_bytes: int,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """It can be fetched until `expires_at`."""
        work.run(
            SQL["finish"],
            tenant_id=export.tenant_id,
            id=export.id,
            bucket=bucket,
            object_key=object_key,
            size_bytes=size_bytes,
            now=now,
            expires_at=expires_at,
        )

    def postpone(
        self,
        work: Work,
        export: Export,
        *,
        status: ExportStatus,
        failure_code: str,
        finished_at: datetime | None,
    ) -> None:
        """It waits for its next try, or has failed for good."""
        work.run(
            SQL["postpone"],
            tenant_id=export.tenant_id,
            id=export.id,
            status=status,
            failure_code=failure_code,
            finished_at=finished_at,
        )

    def over(self, work: Work, *, now: datetime, limit: int) -> list[Export]:
        """Those whose time is over."""
        return work.rows(SQL["over"], Export, now=now, limit=limit)

    def expire(self, work: Work, export: Export) -> None:
        """It is not there any more."""
        work.run(SQL["expire"], tenant_id=export.tenant_id, id=export.id)

    def rows(
        self, work: Work, tenant_id: UUID, *, table: str, left_out: Sequence[str]
    ) -> Iterator[str]:
        """All rows of the tenant in a table, each as JSON on a line."""
        own = SQL["tenant_row"]
        query = own if table == "tenants" else of_table(SQL["rows"], table)
        return work.stream(query, str, tenant_id=tenant_id, left_out=list(left_out))

    def files(self, work: Work, tenant_id: UUID, *, table: str) -> list[StoredFile]:
        """Objects that belong to rows of a table."""
        recordings, documents = SQL["recording_files"], SQL["document_files"]
        query = recordings if table == "recordings" else documents
        return work.rows(query, StoredFile, tenant_id=tenant_id)

    def columns(self, work: Work, table: str) -> dict[str, str]:
        """Columns of a table that can be written: name and type."""
        return {c.name: c.type for c in work.rows(SQL["columns"], Column, table=table)}

    def insert_rows(self, work: Work, rows: str, *, table: str, columns: Mapping[str, str]) -> int:
        """Add rows, a JSON array of objects that have those columns; how many."""
        names = ", ".join(f'"{name}"' for name in sorted(columns))
        query = of_table(SQL["insert_rows"], table)
        filled = replace(query, text=cast("LiteralString", query.text.replace(_COLUMNS, names)))
        return work.run(filled, rows=rows)
