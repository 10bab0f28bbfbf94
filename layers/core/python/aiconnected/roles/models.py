"""Values of custom roles."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.auth.permissions import Permission
from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Permissions under a name."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None  # None is for the agency's own people
    name: str
    description: str
    permissions: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """What makes a role."""

    name: str
    permissions: tuple[Permission, ...]
    description: str = ""


ROLES = Listable(
    Field(name="id", kind=Kind.ID, column="r.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="r.tenant_id", type="uuid", nullable=True),
    Field(name="name", kind=Kind.TEXT, column="r.name", type="text", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="r.created_at", type="timestamptz", sorts=True
    ),
    order="name",
    search=("r.name", "r.description"),
)
