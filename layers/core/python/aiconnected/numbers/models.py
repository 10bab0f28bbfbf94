"""Values of telephone numbers."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from aiconnected.agencies.models import AgencyStatus
from aiconnected.calls.models import Carrier
from aiconnected.tenants.models import TenantStatus


class NumberStatus(StrEnum):
    """Whether a number takes calls."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """A number of an agency; without a tenant until it is given to one."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    agent_id: UUID | None
    number: str  # E.164
    friendly_name: str
    carrier: Carrier
    status: NumberStatus
    fallback_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    """What makes a number."""

    agency_id: UUID
    tenant_id: UUID | None
    agent_id: UUID | None
    number: str
    carrier: Carrier
    friendly_name: str = ""
    external_id: str | None = None
    fallback_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRoute:
    """All that admission must know of a dialled number, in one look."""

    phone_number_id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID | None
    agent_version_id: UUID | None  # None when the agent is paused or was never published
    fallback_number: str | None  # the number's own, or else the tenant's telephone
    agency_status: AgencyStatus
    tenant_status: TenantStatus
    agency_max_concurrent_calls: int
    tenant_max_concurrent_calls: int
