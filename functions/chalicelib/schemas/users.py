"""Signing in, and the one who has signed in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aiconnected.auth.permissions import Permission
from aiconnected.users.models import UserRole, UserStatus
from chalicelib.schemas.envelopes import Given, Shown, Text


class LoginGiven(Given):
    """An address and its password."""

    email: Annotated[Text, Field(min_length=3, max_length=254)]
    # Hashing a longer text would be work for a stranger to order.
    password: Annotated[Text, Field(min_length=1, max_length=256)]


class UserShown(Shown):
    """A person."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: UserRole
    status: UserStatus
    agency_id: UUID | None
    tenant_id: UUID | None
    last_login_at: datetime | None


class SessionShown(Shown):
    """What signing in gives."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- RFC 6750's word, not a token
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    user: UserShown


class MeShown(UserShown):
    """The one who asks, with what they may do."""

    permissions: list[Permission]
