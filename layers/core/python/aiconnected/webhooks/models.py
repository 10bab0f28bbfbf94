"""Values of webhooks that we send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class EndpointStatus(StrEnum):
    """Whether an endpoint is sent anything."""

    ACTIVE = "active"
    PAUSED = "paused"  # by its people: what happens meanwhile is not sent
    DISABLED = "disabled"  # by us: nothing got through for a day


class DeliveryStatus(StrEnum):
    """Where one event stands on its way to one endpoint."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Who listens; without a tenant, to all clients of the agency. Secrets are kept elsewhere."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    url: str
    description: str
    event_types: list[str]
    status: EndpointStatus
    failing_since: datetime | None  # nothing has got through since
    disabled_at: datetime | None
    disabled_reason: str | None
    previous_secret_expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An endpoint that an event is for."""

    id: UUID
    tenant_id: UUID | None  # None: its agency's people made it


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """What makes an endpoint."""

    agency_id: UUID
    tenant_id: UUID | None
    url: str
    event_types: list[str]
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """An endpoint and the secret that signs from now on: shown this once."""

    endpoint: Endpoint
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one endpoint. `payload` is the body that is sent."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    payload: Mapping[str, object]
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    replay_of: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, and what was answered; `status` None when nothing was."""

    attempt: int
    at: datetime
    status: int | None
    error: str | None
    duration_ms: int
    response_body: str  # its beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one try went."""

    at: datetime
    status: int | None
    error: str | None
    duration_ms: int
    response_body: str = ""

    @property
    def ok(self) -> bool:
        """Whether it got through."""
        return self.error is None


ENDPOINTS = Listable(
    Field(name="id", kind=Kind.ID, column="e.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="e.tenant_id", type="uuid", nullable=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="e.status",
        type="webhook_endpoint_status_enum",
        choices=tuple(EndpointStatus),
        sorts=True,
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="e.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("e.url", "e.description"),
)
DELIVERIES = Listable(
    Field(name="id", kind=Kind.ID, column="d.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="d.tenant_id", type="uuid"),
    Field(name="event_id", kind=Kind.ID, column="d.event_id", type="uuid"),
    Field(name="event_type", kind=Kind.TEXT, column="d.event_type", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="d.status",
        type="webhook_delivery_status_enum",
        choices=tuple(DeliveryStatus),
    ),
    Field(
        name="last_status", kind=Kind.NUMBER, column="d.last_status", type="integer", nullable=True
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="d.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
)
