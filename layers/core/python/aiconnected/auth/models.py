"""Values of signing in: who is asking, and the tokens they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from aiconnected.auth.permissions import PERMISSIONS, Permission, Reach
from aiconnected.kit.errors import ErrorCode, Forbidden
from aiconnected.users.models import User, UserRole

if TYPE_CHECKING:
    from aiconnected.db.scope import Scope

API_KEY_PREFIX = "vk_"  # every API key begins with it


class ActorKind(StrEnum):
    """What acts."""

    USER = "user"
    API_KEY = "api_key"
    SUPPORT = "support"  # a user of the platform inside an agency's view


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a request comes from, for the user's list of sessions and the audit log."""

    ip: str | None = None
    user_agent: str | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking: a user, as the access token says (PRD 14.2), or an API key.

    An API key has the role of its place's administrator, for the reach of its permissions.
    """

    id: UUID
    kind: ActorKind = ActorKind.USER
    email: str = ""
    role: UserRole
    agency_id: UUID | None
    tenant_id: UUID | None
    permissions: Mapping[Permission, Reach]
    claims_version: int = 0
    client: Client = field(default_factory=Client)
    support_grant: UUID | None = None  # by which somebody of the platform is here

    def reach(self, permission: Permission) -> Reach | None:
        """How far the permission reaches; None: not at all."""
        return self.permissions.get(permission)

    def require(self, permission: Permission) -> Reach:
        """How far the permission reaches; raises `Forbidden` when not at all."""
        reach = self.reach(permission)
        if reach is None:
            raise Forbidden
        return reach

    @property
    def sees_money(self) -> bool:
        """Whether they are shown what calls cost, sell for and leave: those who see the bills."""
        return self.reach(Permission.BILLING_VIEW) is not None

    def scope(self, *, reason: str, tenant_id: UUID | None = None) -> "Scope":
        """The scope of the user's work; an agency's people and the platform may narrow it.

        `reason` is logged when the platform acts. A tenant's people asking for another tenant get
        `Forbidden` (AUTHZ_TENANT_MISMATCH); whether a tenant is the agency's, the rows tell.
        """
        from aiconnected.db.scope import Scope  # noqa: PLC0415 -- psycopg, see aiconnected.wiring

        actor, ip = self.id, self.client.ip or ""
        kind = (self.kind if self.support_grant is None else ActorKind.SUPPORT).value
        request_id = self.client.request_id
        if self.agency_id is None:
            return Scope.platform(
                reason, actor=actor, actor_kind=kind, request_id=request_id, ip=ip
            )
        if self.tenant_id is not None and tenant_id not in {None, self.tenant_id}:
            raise Forbidden(code=ErrorCode.AUTHZ_TENANT_MISMATCH)
        return Scope(
            agency_id=self.agency_id,
            tenant_id=self.tenant_id or tenant_id,
            actor=actor,
            actor_kind=kind,
            request_id=request_id,
            ip=ip,
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
class SignIn:
    """Somewhere that a user is signed in: a family of refresh tokens."""

    id: UUID
    signed_in_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    ip: str | None  # of the latest refresh, as is what follows
    user_agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Who wants to become an agency."""

    agency_name: str
    email: str
    password: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An agency as a whole, or one of its clients."""

    agency_id: UUID
    tenant_id: UUID | None

    @property
    def admin(self) -> UserRole:
        """Who rules there."""
        return UserRole.AGENCY_ADMIN if self.tenant_id is None else UserRole.TENANT_ADMIN

    @property
    def most(self) -> dict[Permission, Reach]:
        """The most that anybody may be given there."""
        return PERMISSIONS[self.admin]
