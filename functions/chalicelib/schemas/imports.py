"""Imports as they are given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.imports.models import ImportStatus
from chalicelib.schemas.envelopes import Given, Shown, Slug
from chalicelib.schemas.knowledge import UploadShown

MOST_BYTES = 2_000_000_000


class ImportGiven(Given):
    """An export that is to become a client."""

    size_bytes: Annotated[int, Field(ge=22, le=MOST_BYTES, description="Of the ZIP.")]
    slug: Slug | None = Field(
        default=None, description="Of the client to be made; left out, the export's own."
    )


class ImportShown(Shown):
    """An export on its way in; `made_tenant_id` is the client that was made of it."""

    id: UUID
    agency_id: UUID
    made_tenant_id: UUID | None
    status: ImportStatus
    slug: str | None
    size_bytes: int
    failure_code: str | None
    failure_reason: str | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ImportToUpload(Shown):
    """An import that was announced, and where its file is to be put."""

    announced: ImportShown
    upload: UploadShown
