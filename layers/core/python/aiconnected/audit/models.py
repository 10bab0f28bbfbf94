"""Values of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something done to a resource. `changes` maps a field to its value before and after.

    Secrets and what callers said never go in here.
    """

    action: str  # noun.verb_in_the_past
    resource_type: str
    resource_id: UUID | None = None
    changes: Mapping[str, tuple[object, object]] = field(
        default_factory=dict[str, tuple[object, object]]
    )
    reason: str = ""


def differences(before: object, changes: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """What `changes` would really change of `before`, by field: old and new value."""
    pairs = {name: (getattr(before, name), value) for name, value in changes.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was done, by whom and when. `changes` maps a field to its value before and after."""

    id: UUID
    agency_id: UUID | None
    tenant_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    action: str
    resource_type: str
    resource_id: UUID | None
    changes: Mapping[str, object]
    reason: str
    ip: str | None
    request_id: str | None
    at: datetime


AUDIT_LOG = Listable(
    Field(name="id", kind=Kind.ID, column="l.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="l.agency_id", type="uuid", nullable=True),
    Field(name="tenant_id", kind=Kind.ID, column="l.tenant_id", type="uuid", nullable=True),
    Field(name="actor_kind", kind=Kind.TEXT, column="l.actor_kind", type="text"),
    Field(name="actor_id", kind=Kind.ID, column="l.actor_id", type="uuid", nullable=True),
    Field(name="action", kind=Kind.TEXT, column="l.action", type="text"),
    Field(name="resource_type", kind=Kind.TEXT, column="l.resource_type", type="text"),
    Field(name="resource_id", kind=Kind.ID, column="l.resource_id", type="uuid", nullable=True),
    Field(name="request_id", kind=Kind.TEXT, column="l.request_id", type="text", nullable=True),
    Field(name="at", kind=Kind.MOMENT, column="l.at", type="timestamptz", sorts=True),
    order="-at",
)
