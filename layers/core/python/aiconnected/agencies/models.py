"""Values of agencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class AgencyStatus(StrEnum):
    """Whether an agency's account works."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A reseller."""

    id: UUID
    name: str
    slug: str
    status: AgencyStatus
    is_verified: bool
    contact_name: str | None
    contact_email: str
    contact_phone: str | None
    address_line1: str | None
    address_line2: str | None
    address_city: str | None
    address_state: str | None
    address_postal_code: str | None
    address_country: str | None
    company_name: str | None
    tax_id: str | None
    billing_email: str | None
    billing_plan: str
    max_tenants: int
    max_concurrent_calls: int
    custom_domain: str | None
    custom_domain_verified_at: datetime | None
    branding: Mapping[str, object]
    settings: Mapping[str, object]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgency:
    """What makes an agency."""

    name: str
    slug: str
    contact_email: str
    billing_plan: str
    max_tenants: int
    max_concurrent_calls: int
    is_verified: bool = True  # a sign-up is not, until its mail is answered


# What the agency's own people may change (T10); the rest is the platform's.
OWN_FIELDS = frozenset({
    "name", "contact_name", "contact_email", "contact_phone", "address_line1", "address_line2",
    "address_city", "address_state", "address_postal_code", "address_country", "company_name",
    "tax_id", "billing_email", "custom_domain", "branding", "settings",
})  # fmt: skip

AGENCIES = Listable(
    Field(name="id", kind=Kind.ID, column="a.id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="a.name", type="text", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="a.status",
        type="agency_status_enum",
        choices=tuple(AgencyStatus),
        sorts=True,
    ),
    Field(name="billing_plan", kind=Kind.TEXT, column="a.billing_plan", type="text"),
    Field(
        name="created_at", kind=Kind.MOMENT, column="a.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("a.name", "a.contact_email"),
)
