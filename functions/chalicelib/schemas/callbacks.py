"""Callbacks and opt-outs as they are given and shown."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.callbacks.models import CallbackStatus
from chalicelib.schemas.envelopes import Given, Moment, Phone, Shown, Text

_Name = Annotated[Text, Field(max_length=255)]
_Reason = Annotated[Text, Field(max_length=2000)]


class CallbackGiven(Given):
    """A call that is promised."""

    phone_number: Phone
    scheduled_for: Moment
    customer_name: _Name = ""
    reason: _Reason = ""
    call_id: UUID | None = Field(None, description="In which it was promised.")
    agent_id: UUID | None = Field(None, description="Who calls; null is a human.")
    tenant_id: UUID | None = Field(None, description="A client's own people may leave it out.")


class CallbackChanged(Given):
    """What is to change of a callback that is still to be made."""

    phone_number: Phone = ""
    scheduled_for: Moment = Field(default_factory=lambda: datetime.now(UTC))
    customer_name: _Name = ""
    reason: _Reason = ""
    agent_id: UUID | None = None


class CallbackShown(Shown):
    """Somebody is to be called."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID | None
    agent_id: UUID | None
    phone_number: str
    customer_name: str
    reason: str
    scheduled_for: datetime
    status: CallbackStatus
    attempts: int
    outcome: str | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class OptOutGiven(Given):
    """Somebody who does not want to be called."""

    phone_number: Phone
    reason: _Name = ""
    tenant_id: UUID | None = Field(None, description="A client's own people may leave it out.")


class OptOutShown(Shown):
    """A number that no outbound call of the client reaches."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    phone_number: str
    reason: str
    created_at: datetime
