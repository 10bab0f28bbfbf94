"""Values of tenants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class TenantStatus(StrEnum):
    """Whether a tenant's calls are answered."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A client of an agency."""

    id: UUID
    agency_id: UUID
    name: str
    slug: str
    business_type: str | None
    timezone: str  # IANA name
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    address_line1: str | None
    address_line2: str | None
    address_city: str | None
    address_state: str | None
    address_postal_code: str | None
    address_country: str | None
    website_url: str | None
    transfer_number: str | None  # the client's own telephone, E.164
    status: TenantStatus
    max_concurrent_calls: int
    max_monthly_minutes: int | None  # None is unlimited
    settings: dict[str, object]
    deletion_requested_at: datetime | None
    purge_after: datetime | None  # end of the grace period of a deleted client
    created_at: datetime
    updated_at: datetime

    @property
    def is_deleted(self) -> bool:
        """Whether its deletion has been asked for."""
        return self.purge_after is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """What makes a tenant."""

    agency_id: UUID
    name: str
    slug: str
    timezone: str
    max_concurrent_calls: int
    business_type: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_state: str | None = None
    address_postal_code: str | None = None
    address_country: str | None = None
    website_url: str | None = None
    transfer_number: str | None = None
    max_monthly_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What an agency may have."""

    max_tenants: int
    max_concurrent_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How a tenant's people see their agency (T2); the platform's name is nowhere in it."""

    agency_name: str
    custom_domain: str | None
    branding: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """A tenant whose grace period is over."""

    id: UUID
    agency_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """Something of a tenant's in the object store."""

    bucket: str
    key: str


# What the client's own administrators may change; slug and quotas are the agency's.
OWN_FIELDS = frozenset({
    "name", "business_type", "timezone", "contact_name", "contact_email", "contact_phone",
    "address_line1", "address_line2", "address_city", "address_state", "address_postal_code",
    "address_country", "website_url", "transfer_number", "settings",
})  # fmt: skip
AGENCY_FIELDS = frozenset({"slug", "max_concurrent_calls", "max_monthly_minutes"})
DEFAULT_CALLS = 5  # at once, where the agency has so many

TENANTS = Listable(
    Field(name="id", kind=Kind.ID, column="t.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="t.agency_id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="t.name", type="text", sorts=True),
    Field(name="slug", kind=Kind.TEXT, column="t.slug", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="t.status",
        type="tenant_status_enum",
        choices=tuple(TenantStatus),
        sorts=True,
    ),
    Field(
        name="business_type",
        kind=Kind.TEXT,
        column="t.business_type",
        type="text",
        nullable=True,
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="t.created_at", type="timestamptz", sorts=True
    ),
    Field(name="is_deleted", kind=Kind.FLAG, column="(t.deleted_at IS NOT NULL)", type="boolean"),
    order="-created_at",
    search=("t.name", "t.contact_email", "t.slug"),
)
