"""Exports as they are shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from aiconnected.exports.models import ExportStatus
from chalicelib.schemas.envelopes import Shown


class ExportShown(Shown):
    """All that is kept of a client as one ZIP of JSON and audio."""

    id: UUID
    tenant_id: UUID
    status: ExportStatus
    size_bytes: int | None
    failure_code: str | None
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="Until then it can be fetched.")
    created_at: datetime
    updated_at: datetime


class ExportLinkShown(ExportShown):
    """An export with a link to it while it is ready; each look gives a new one."""

    url: str | None
    url_expires_at: datetime | None
