"""Invitations as they are given and shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from aiconnected.invitations.models import InvitationStatus
from aiconnected.users.models import UserRole
from chalicelib.schemas.envelopes import Email, Given, Shown


class InvitationGiven(Given):
    """Who is to work where, and as what."""

    email: Email
    role: UserRole
    agency_id: UUID | None = Field(None, description="The platform's to say.")
    tenant_id: UUID | None = None


class InvitationShown(Shown):
    """An address that may become a user."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    email: str
    role: UserRole
    status: InvitationStatus
    expires_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None
    revoked_at: datetime | None
    user_id: UUID | None
    created_at: datetime
    updated_at: datetime
