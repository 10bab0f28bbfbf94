"""Values of tenants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


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
    transfer_number: str | None  # the client's own telephone, E.164
    status: TenantStatus
    max_concurrent_calls: int
    max_monthly_minutes: int | None  # None is unlimited
    settings: dict[str, object]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """What makes a tenant."""

    agency_id: UUID
    name: str
    slug: str
    timezone: str
    max_concurrent_calls: int
    business_type: str | None = None
    transfer_number: str | None = None
    max_monthly_minutes: int | None = None
