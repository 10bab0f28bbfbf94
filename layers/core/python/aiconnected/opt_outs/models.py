"""Values of opt-outs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A number that no outbound call of the client reaches."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    phone_number: str  # E.164
    reason: str
    created_at: datetime


OPT_OUTS = Listable(
    Field(name="id", kind=Kind.ID, column="o.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="o.tenant_id", type="uuid"),
    Field(name="phone_number", kind=Kind.PHONE, column="o.phone_number", type="text", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="o.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("o.phone_number", "o.reason"),
)
