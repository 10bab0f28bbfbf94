"""Values of users."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.agencies.models import AgencyStatus
from aiconnected.kit.listing import Field, Kind, Listable
from aiconnected.tenants.models import TenantStatus


class UserRole(StrEnum):
    """What a user may do; the matrix is `aiconnected.auth.permissions`."""

    PLATFORM_ADMIN = "platform_admin"
    AGENCY_ADMIN = "agency_admin"
    AGENCY_USER = "agency_user"
    TENANT_ADMIN = "tenant_admin"
    TENANT_USER = "tenant_user"


class UserStatus(StrEnum):
    """Whether a user may sign in."""

    INVITED = "invited"  # has set no password yet
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, of the platform (neither agency nor tenant), an agency or a tenant."""

    id: UUID
    agency_id: UUID | None
    tenant_id: UUID | None
    email: str
    first_name: str
    last_name: str
    role: UserRole
    status: UserStatus
    is_verified: bool
    last_login_at: datetime | None
    phone: str | None
    avatar_url: str | None
    preferences: Mapping[str, object]  # the dashboard's own
    created_at: datetime
    updated_at: datetime
    claims_version: int = 1  # access tokens of an older version are refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a user's access tokens still hold."""

    claims_version: int
    in_order: bool  # user, client and agency are active


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What signing in is decided by."""

    user_id: UUID
    password_hash: str | None
    status: UserStatus
    is_verified: bool
    failed_login_attempts: int
    locked_until: datetime | None
    agency_status: AgencyStatus | None
    tenant_status: TenantStatus | None

    @property
    def suspended(self) -> bool:
        """Whether the user, the client or the agency is barred."""
        return (
            self.status is UserStatus.SUSPENDED
            or self.agency_status not in {None, AgencyStatus.ACTIVE}
            or self.tenant_status not in {None, TenantStatus.ACTIVE}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What makes a user; `password_hash` None is an invitation."""

    agency_id: UUID | None
    tenant_id: UUID | None
    email: str
    role: UserRole
    first_name: str = ""
    last_name: str = ""
    password_hash: str | None = None
    is_verified: bool = False


class TokenKind(StrEnum):
    """What a secret that was mailed is for."""

    RESET = "reset"  # another password
    VERIFICATION = "verification"  # of the address


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedToken:
    """Whose a mailed secret is, and until when it holds."""

    user_id: UUID
    expires_at: datetime


# What people change of themselves, and those above them.
PROFILE = frozenset({"first_name", "last_name", "phone", "avatar_url", "preferences"})

USERS = Listable(
    Field(name="id", kind=Kind.ID, column="u.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="u.agency_id", type="uuid", nullable=True),
    Field(name="tenant_id", kind=Kind.ID, column="u.tenant_id", type="uuid", nullable=True),
    Field(name="email", kind=Kind.TEXT, column="u.email", type="text", sorts=True),
    Field(name="first_name", kind=Kind.TEXT, column="u.first_name", type="text", sorts=True),
    Field(name="last_name", kind=Kind.TEXT, column="u.last_name", type="text", sorts=True),
    Field(
        name="role",
        kind=Kind.WORD,
        column="u.role",
        type="user_role_enum",
        choices=tuple(UserRole),
        sorts=True,
    ),
    Field(
        name="status",
        kind=Kind.WORD,
        column="u.status",
        type="user_status_enum",
        choices=tuple(UserStatus),
        sorts=True,
    ),
    Field(name="is_verified", kind=Kind.FLAG, column="u.is_verified", type="boolean"),
    Field(
        name="last_login_at",
        kind=Kind.MOMENT,
        column="u.last_login_at",
        type="timestamptz",
        nullable=True,
        sorts=True,
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="u.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("u.email", "u.first_name", "u.last_name"),
)
