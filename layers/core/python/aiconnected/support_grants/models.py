"""Values of support grants."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGrant:
    """Somebody of the platform inside an agency, or inside one of its clients."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None  # None is the agency with all its clients
    user_id: UUID
    user_email: str
    reason: str
    expires_at: datetime
    ended_at: datetime | None  # before its time
    ended_by: UUID | None
    created_at: datetime
    updated_at: datetime

    def active(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.ended_at is None and now < self.expires_at


def _moment(name: str, *, nullable: bool = False) -> Field:
    return Field(
        name=name,
        kind=Kind.MOMENT,
        column=f"g.{name}",
        type="timestamptz",
        nullable=nullable,
        sorts=True,
    )


def _id(name: str, *, nullable: bool = False) -> Field:
    return Field(name=name, kind=Kind.ID, column=f"g.{name}", type="uuid", nullable=nullable)


SUPPORT_GRANTS = Listable(
    _id("id"),
    _id("agency_id"),
    _id("tenant_id", nullable=True),
    _id("user_id"),
    _moment("expires_at"),
    _moment("ended_at", nullable=True),
    _moment("created_at"),
    order="-created_at",
    search=("g.reason", "g.user_email"),
)
