"""Telephone numbers as they are searched, given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.calls.models import Carrier
from aiconnected.numbers.carriers import OrderBy, Release
from aiconnected.numbers.models import NumberStatus
from chalicelib.schemas.envelopes import Given, Phone, Shown, Text

_Name = Annotated[Text, Field(max_length=255)]


class NumberGiven(Given):
    """A number to be bought, and for whom."""

    number: Phone = Field(description="One that the search has found.")
    tenant_id: UUID | None = Field(None, description="Left out, it is the agency's for now.")
    agency_id: UUID | None = Field(None, description="For the platform, without a client.")
    agent_id: UUID | None = Field(None, description="Who answers; of that client.")
    friendly_name: _Name = ""
    fallback_number: Phone | None = Field(
        None, description="Where callers go when we fail; left out, the client's own telephone."
    )


class NumberChanged(Given):
    """What is to change; null empties a field that may be empty."""

    agent_id: UUID | None = None
    friendly_name: _Name = ""
    fallback_number: Phone | None = None
    tenant_id: UUID | None = Field(None, description="The agency's to change, as is what follows.")
    carrier_connection_id: UUID | None = Field(
        None, description="The account that it is of; null is the platform's own."
    )
    status: Annotated[NumberStatus, Field(examples=["suspended"])] = NumberStatus.ACTIVE


class NumberShown(Shown):
    """A number that is ours."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    agent_id: UUID | None
    number: str
    friendly_name: str
    provider: Carrier = Field(validation_alias="carrier")
    status: NumberStatus
    fallback_number: str | None
    carrier_connection_id: UUID | None
    created_at: datetime
    updated_at: datetime


class AvailableShown(Shown):
    """A number that can be bought."""

    number: str
    locality: str | None
    state: str | None
    country: str
    capabilities: list[str]


class CapabilitiesShown(Shown):
    """What a carrier can do."""

    carrier: Carrier
    search: bool
    order: OrderBy
    release: Release
    outbound: bool
    transfer: bool
    hold: bool
    recording: bool
