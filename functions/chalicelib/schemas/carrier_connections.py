"""Carrier connections as they are given and shown; secrets are credentials, and not here."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aiconnected.calls.models import Carrier
from aiconnected.carrier_connections.models import ConnectionStatus
from chalicelib.schemas.envelopes import Given, JsonObject, Shown, Text

_Name = Annotated[Text, Field(min_length=1, max_length=100)]
_Account = Annotated[Text, Field(min_length=1, max_length=255)]
_CREDENTIAL = "What opens the account: one of the place's credentials for this provider."


class ConnectionGiven(Given):
    """An account with a carrier, of a client where one is named and for all clients otherwise."""

    provider: Literal[Carrier.TWILIO, Carrier.GOTO, Carrier.RINGCENTRAL]
    name: _Name
    external_account_id: _Account | None = Field(None, description="The carrier's own id of it.")
    credential_id: UUID | None = Field(None, description=_CREDENTIAL)
    settings: JsonObject = Field(default_factory=dict[str, object])
    agency_id: UUID | None = Field(None, description="The platform's to say.")
    tenant_id: UUID | None = None


class ConnectionChanged(Given):
    """What is to change; with another credential the connection is active again."""

    name: _Name = ""
    external_account_id: _Account | None = None
    credential_id: UUID | None = Field(None, description=_CREDENTIAL)
    settings: JsonObject = Field(default_factory=dict[str, object])


class ConnectionShown(Shown):
    """An account with a carrier, and how many numbers hang on it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    provider: Carrier = Field(validation_alias="carrier")
    name: str
    status: ConnectionStatus
    external_account_id: str | None
    credential_id: UUID | None
    settings: dict[str, object]
    numbers: int = Field(description="List them by `carrier_connection_id`.")
    created_at: datetime
    updated_at: datetime
