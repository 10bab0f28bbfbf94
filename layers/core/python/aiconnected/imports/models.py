"""Values of imports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable

CONTENT_TYPE = "application/zip"


class ImportStatus(StrEnum):
    """Life of an import."""

    UPLOADING = "uploading"  # its file is awaited
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"  # the client is there
    FAILED = "failed"  # nothing of it is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An export on its way in."""

    id: UUID
    agency_id: UUID
    made_tenant_id: UUID | None
    status: ImportStatus
    slug: str | None
    bucket: str
    object_key: str
    size_bytes: int
    failure_code: str | None
    failure_reason: str | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime


IMPORTS = Listable(
    Field(name="id", kind=Kind.ID, column="i.id", type="uuid"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="i.status",
        type="import_status_enum",
        choices=tuple(ImportStatus),
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="i.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
)
