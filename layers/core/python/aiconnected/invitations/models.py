"""Values of invitations."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable
from aiconnected.users.models import UserRole


class InvitationStatus(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"  # sending it again opens it


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
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
    user_id: UUID | None  # who it became
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What somebody who accepts says of themselves."""

    password_hash: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""


_STATUS = """(CASE
    WHEN i.accepted_at IS NOT NULL THEN 'accepted'
    WHEN i.revoked_at IS NOT NULL THEN 'revoked'
    WHEN i.expires_at <= now() THEN 'expired'
    ELSE 'open'
END)"""

INVITATIONS = Listable(
    Field(name="id", kind=Kind.ID, column="i.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="i.tenant_id", type="uuid", nullable=True),
    Field(name="email", kind=Kind.TEXT, column="i.email", type="text", sorts=True),
    Field(
        name="role",
        kind=Kind.WORD,
        column="i.role",
        type="user_role_enum",
        choices=tuple(role for role in UserRole if role is not UserRole.PLATFORM_ADMIN),
    ),
    Field(
        name="status",
        kind=Kind.WORD,
        column=_STATUS,
        type="text",
        choices=tuple(InvitationStatus),
    ),
    Field(
        name="expires_at", kind=Kind.MOMENT, column="i.expires_at", type="timestamptz", sorts=True
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="i.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("i.email",),
)
