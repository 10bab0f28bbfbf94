"""Values of signing in: who is asking, and the tokens they hold."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.auth.permissions import Permission, Reach, reach_of
from aiconnected.db.scope import Scope
from aiconnected.kit.errors import ErrorCode, Forbidden
from aiconnected.users.models import User, UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking, as the access token says (PRD 14.2)."""

    user_id: UUID
    email: str
    role: UserRole
    agency_id: UUID | None
    tenant_id: UUID | None

    def reach(self, permission: Permission) -> Reach | None:
        """How far the permission reaches; None: not at all."""
        return reach_of(self.role, permission)

    def require(self, permission: Permission) -> Reach:
        """How far the permission reaches; raises `Forbidden` when not at all."""
        reach = self.reach(permission)
        if reach is None:
            raise Forbidden
        return reach

    def scope(self, *, reason: str, tenant_id: UUID | None = None) -> Scope:
        """The scope of the user's work; an agency's people and the platform may narrow it.

        `reason` is logged when the platform acts. A tenant's people asking for another tenant get
        `Forbidden` (AUTHZ_TENANT_MISMATCH); whether a tenant is the agency's, the rows tell.
        """
        if self.agency_id is None:
            return Scope.platform(reason, actor=self.user_id)
        if self.tenant_id is not None and tenant_id not in {None, self.tenant_id}:
            raise Forbidden(code=ErrorCode.AUTHZ_TENANT_MISMATCH)
        return Scope(
            agency_id=self.agency_id, tenant_id=self.tenant_id or tenant_id, actor=self.user_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What signing in gives."""

    user: User
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token as it is kept: its hash alone."""

    id: UUID
    user_id: UUID
    family_id: UUID  # one sign-in: a token used twice revokes all of it
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a request comes from, for the user's list of sessions."""

    ip: str | None = None
    user_agent: str | None = None
