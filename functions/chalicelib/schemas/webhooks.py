"""Webhook endpoints, deliveries and the catalogue of events, as they are given and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from aiconnected.contracts.catalogue import SUBSCRIBABLE
from aiconnected.webhooks.models import DeliveryStatus, EndpointStatus
from chalicelib.schemas.envelopes import Given, Moment, Shown, Text

_Url = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=2000,
        description="https, the public internet, no user name.",
        examples=["https://hooks.example.com/voice"],
    ),
]
_Types = Annotated[
    list[Literal[SUBSCRIBABLE]],
    Field(min_length=1, max_length=len(SUBSCRIBABLE), description="`*` is every event."),
]
_Description = Annotated[Text, Field(max_length=255)]


class EndpointGiven(Given):
    """A new endpoint. An agency's people who name no client hear of all of them."""

    url: _Url
    event_types: _Types
    description: _Description = ""
    tenant_id: UUID | None = None


class EndpointChanged(Given):
    """What is to change of an endpoint."""

    url: _Url = ""
    event_types: _Types = Field(default_factory=list)
    description: _Description = ""
    status: Literal[EndpointStatus.ACTIVE, EndpointStatus.PAUSED] = EndpointStatus.ACTIVE


class EndpointShown(Shown):
    """An endpoint without its secret."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    url: str
    description: str
    event_types: list[str]
    status: EndpointStatus
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    previous_secret_expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


class EndpointWithSecret(EndpointShown):
    """An endpoint with the secret that signs: it is shown this once."""

    secret: str


class TestGiven(Given):
    """About whom the test event is; needed for an endpoint that hears of all clients."""

    tenant_id: UUID | None = None


class ReplayGiven(Given):
    """Which deliveries are sent once more: those that came about from `since` to `until`."""

    since: Moment
    until: Moment | None = None
    status: DeliveryStatus = DeliveryStatus.FAILED


class Replayed(Shown):
    """How many are on their way."""

    count: int


class DeliveryShown(Shown):
    """One event on its way to one endpoint."""

    id: UUID
    tenant_id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    replay_of: UUID | None
    created_at: datetime


class AttemptShown(Shown):
    """One try."""

    attempt: int
    at: datetime
    status: int | None = Field(description="Of HTTP; null when nothing was answered.")
    error: str | None
    duration_ms: int
    response_body: str = Field(description="The first 4,000 characters.")


class DeliveryWithBodies(DeliveryShown):
    """A delivery with what was sent and what was answered."""

    payload: dict[str, JsonValue]
    tries: list[AttemptShown]


class EventShown(Shown):
    """An event of the catalogue."""

    type: str
    description: str
    data_schema: dict[str, JsonValue] = Field(description="JSON Schema of `data`.")
