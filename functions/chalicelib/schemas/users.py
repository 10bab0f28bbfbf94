"""People as they are described and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.users.models import UserRole, UserStatus
from chalicelib.schemas.envelopes import Given, JsonObject, Phone, Shown, Text, Webpage

PersonName = Annotated[Text, Field(max_length=100)]


class UserChanged(Given):
    """What is to change of a person; null empties a field that may be empty."""

    first_name: PersonName = ""
    last_name: PersonName = ""
    phone: Phone | None = None
    avatar_url: Webpage | None = None
    preferences: JsonObject = Field(
        default_factory=dict[str, object], description="The dashboard's own."
    )


class UserRoleGiven(Given):
    """Another role of the same agency or client."""

    role: UserRole


class UserShown(Shown):
    """A person."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    phone: str | None
    avatar_url: str | None
    role: UserRole
    status: UserStatus
    is_verified: bool
    agency_id: UUID | None
    tenant_id: UUID | None
    last_login_at: datetime | None
    preferences: dict[str, object]
    created_at: datetime
    updated_at: datetime
