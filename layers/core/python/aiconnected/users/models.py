"""Values of users."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.agencies.models import AgencyStatus
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
