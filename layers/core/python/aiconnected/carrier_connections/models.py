"""Values of carrier connections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.calls.models import Carrier
from aiconnected.kit.listing import Field, Kind, Listable

CONNECTABLE = (Carrier.TWILIO, Carrier.GOTO, Carrier.RINGCENTRAL)


class ConnectionStatus(StrEnum):
    """Whether the carrier lets us in."""

    ACTIVE = "active"
    EXPIRED = "expired"  # its tokens could not be renewed
    REVOKED = "revoked"  # at the carrier, by whoever owns the account


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierConnection:
    """An account with a carrier. Its secret is a credential's; `numbers` hang on it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None  # None is for all clients of the agency
    carrier: Carrier
    name: str
    status: ConnectionStatus
    external_account_id: str | None  # the carrier's
    credential_id: UUID | None
    settings: Mapping[str, object]
    numbers: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """What makes a connection."""

    carrier: Carrier
    name: str
    external_account_id: str | None
    credential_id: UUID | None
    settings: Mapping[str, object]


CONNECTIONS = Listable(
    Field(name="id", kind=Kind.ID, column="c.id", type="uuid"),
    Field(name="agency_id", kind=Kind.ID, column="c.agency_id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="c.tenant_id", type="uuid", nullable=True),
    Field(
        name="credential_id",
        kind=Kind.ID,
        column="c.provider_credential_id",
        type="uuid",
        nullable=True,
    ),
    Field(
        name="provider",
        kind=Kind.WORD,
        column="c.carrier",
        type="carrier_enum",
        choices=CONNECTABLE,
        sorts=True,
        attribute="carrier",
    ),
    Field(
        name="status",
        kind=Kind.WORD,
        column="c.status",
        type="carrier_connection_status_enum",
        choices=tuple(ConnectionStatus),
        sorts=True,
    ),
    Field(name="name", kind=Kind.TEXT, column="c.name", type="text", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="c.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("c.name", "c.external_account_id"),
)
