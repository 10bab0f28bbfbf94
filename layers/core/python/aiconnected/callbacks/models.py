"""Values of callbacks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class CallbackStatus(StrEnum):
    """What has become of it."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Somebody is to be called."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID | None  # in which it was promised
    agent_id: UUID | None  # that calls; None is a human
    phone_number: str  # E.164
    customer_name: str
    reason: str
    scheduled_for: datetime
    status: CallbackStatus
    attempts: int
    outcome: str | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCallback:
    """What makes a callback."""

    phone_number: str
    scheduled_for: datetime
    customer_name: str = ""
    reason: str = ""
    call_id: UUID | None = None
    agent_id: UUID | None = None


CALLBACKS = Listable(
    Field(name="id", kind=Kind.ID, column="b.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="b.tenant_id", type="uuid"),
    Field(name="call_id", kind=Kind.ID, column="b.call_id", type="uuid", nullable=True),
    Field(name="agent_id", kind=Kind.ID, column="b.agent_id", type="uuid", nullable=True),
    Field(name="phone_number", kind=Kind.PHONE, column="b.phone_number", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="b.status",
        type="callback_status_enum",
        choices=tuple(CallbackStatus),
        sorts=True,
    ),
    Field(
        name="scheduled_for",
        kind=Kind.MOMENT,
        column="b.scheduled_for",
        type="timestamptz",
        sorts=True,
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="b.created_at", type="timestamptz", sorts=True
    ),
    order="scheduled_for",
    search=("b.customer_name", "b.phone_number", "b.reason"),
)
