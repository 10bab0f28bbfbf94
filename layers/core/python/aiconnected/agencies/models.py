"""Values of agencies."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


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
    contact_email: str
    max_tenants: int
    max_concurrent_calls: int
    billing_plan: str
    branding: dict[str, object]
    settings: dict[str, object]
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
