"""Values of exports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class ExportStatus(StrEnum):
    """Life of an export."""

    PENDING = "pending"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All that is kept of a tenant, once asked for."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    status: ExportStatus
    bucket: str | None
    object_key: str | None
    size_bytes: int | None
    failure_code: str | None
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLink:
    """An export, and where it can be fetched while it is there."""

    export: Export
    url: str | None
    url_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An object that belongs to a row."""

    id: UUID
    bucket: str
    key: str


EXPORTS = Listable(
    Field(name="id", kind=Kind.ID, column="e.id", type="uuid"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="e.status",
        type="export_status_enum",
        choices=tuple(ExportStatus),
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="e.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
)
