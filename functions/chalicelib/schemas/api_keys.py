"""API keys as they are given and shown."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.schemas.envelopes import Given, Moment, Shown, Text
from chalicelib.schemas.roles import Permissions

_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _not_too_late(moment: datetime) -> datetime:
    if moment >= _LATEST:
        raise PydanticCustomError("less_than", "This is too far in the future.")
    return moment


class ApiKeyGiven(Given):
    """A new key, of a client where one is named and of the whole agency otherwise."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    permissions: Permissions
    expires_at: Annotated[Moment, AfterValidator(_not_too_late)] | None = None
    agency_id: UUID | None = Field(None, description="The platform's to say.")
    tenant_id: UUID | None = None


class ApiKeyShown(Shown):
    """A key, of which only the beginning can be read."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    name: str
    prefix: str
    permissions: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    updated_at: datetime


class MadeKeyShown(ApiKeyShown):
    """A key that was just made."""

    key: str = Field(description="Shown this once: we keep no more than its hash.")
