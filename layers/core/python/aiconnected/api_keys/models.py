"""Values of API keys."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aiconnected.auth.permissions import Permission
from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is shown: what it may do and how it has been used, never the key."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None  # None reaches all clients of the agency
    name: str
    prefix: str
    permissions: tuple[str, ...]
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """A key that was just made: the only time that it can be read."""

    shown: ApiKey
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """What makes a key."""

    name: str
    permissions: tuple[Permission, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a request with a key is decided by."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    permissions: tuple[str, ...]
    expires_at: datetime | None
    last_used_at: datetime | None
    in_order: bool  # not revoked; agency and client are active


API_KEYS = Listable(
    Field(name="id", kind=Kind.ID, column="k.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="k.tenant_id", type="uuid", nullable=True),
    Field(name="name", kind=Kind.TEXT, column="k.name", type="text", sorts=True),
    Field(
        name="last_used_at",
        kind=Kind.MOMENT,
        column="k.last_used_at",
        type="timestamptz",
        nullable=True,
        sorts=True,
    ),
    Field(
        name="expires_at",
        kind=Kind.MOMENT,
        column="k.expires_at",
        type="timestamptz",
        nullable=True,
    ),
    Field(
        name="revoked_at",
        kind=Kind.MOMENT,
        column="k.revoked_at",
        type="timestamptz",
        nullable=True,
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="k.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("k.name", "k.prefix"),
)
