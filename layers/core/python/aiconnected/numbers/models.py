"""Values of telephone numbers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.agencies.models import AgencyStatus
from aiconnected.calls.models import Carrier
from aiconnected.kit.listing import Field, Kind, Listable
from aiconnected.tenants.models import TenantStatus


class NumberStatus(StrEnum):
    """Whether a number takes calls."""

    ORDERED = "ordered"  # the carrier is being asked; nobody is shown it yet
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
    external_id: str | None  # the carrier's
    carrier_connection_id: UUID | None  # None is the platform's own account
    created_at: datetime
    updated_at: datetime


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
class NumberOrder:
    """A number that was ordered, and of which nobody has said what became of it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    number: str
    wanted: bool  # False: its client is suspended or gone meanwhile


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


# What a client's own people may change of its numbers; the rest is the agency's.
OWN_FIELDS = frozenset({"agent_id", "friendly_name", "fallback_number"})
SHOWN_STATUSES = tuple(each for each in NumberStatus if each is not NumberStatus.ORDERED)

NUMBERS = Listable(
    Field(name="id", kind=Kind.ID, column="n.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="n.tenant_id", type="uuid", nullable=True),
    Field(name="agent_id", kind=Kind.ID, column="n.agent_id", type="uuid", nullable=True),
    Field(
        name="carrier_connection_id",
        kind=Kind.ID,
        column="n.carrier_connection_id",
        type="uuid",
        nullable=True,
    ),
    Field(name="number", kind=Kind.PHONE, column="n.number", type="text", sorts=True),
    Field(name="friendly_name", kind=Kind.TEXT, column="n.friendly_name", type="text", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="n.status",
        type="phone_number_status_enum",
        choices=SHOWN_STATUSES,
        sorts=True,
    ),
    Field(
        name="provider",
        kind=Kind.WORD,
        column="n.carrier",
        type="carrier_enum",
        choices=tuple(Carrier),
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="n.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("n.number", "n.friendly_name"),
)
