"""Entries of the audit log as they are shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from chalicelib.schemas.envelopes import Shown


class EntryShown(Shown):
    """What was done, by whom and when."""

    id: UUID
    agency_id: UUID | None
    tenant_id: UUID | None
    actor_kind: str = Field(examples=["user", "api_key", "system"])
    actor_id: UUID | None
    action: str = Field(examples=["agent.updated"])
    resource_type: str
    resource_id: UUID | None
    changes: dict[str, JsonValue] = Field(description="Field to its value before and after.")
    reason: str
    ip: str | None
    request_id: str | None
    at: datetime
