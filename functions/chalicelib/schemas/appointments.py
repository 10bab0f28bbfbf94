"""Appointments, and the times that they are booked in, as they are given and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from aiconnected.appointments.models import AppointmentStatus
from aiconnected.kit.ids import new_id
from chalicelib.schemas.envelopes import Given, Moment, Phone, Shown, Text

_Name = Annotated[Text, Field(min_length=1, max_length=255)]
_Service = Annotated[Text, Field(max_length=255)]


class SlotGiven(Given):
    """A time that can be booked."""

    starts_at: Moment
    ends_at: Moment = Field(description="After the start.")
    resource: Annotated[Text, Field(max_length=255)] = Field(
        "", description="Who or what is booked, such as a chair or a van."
    )
    services: Annotated[tuple[_Name, ...], Field(max_length=50)] = Field(
        (), description="What it may be booked for; none is anything."
    )
    tenant_id: UUID | None = Field(None, description="A client's own people may leave it out.")

    @field_validator("ends_at")
    @classmethod
    def _after_the_start(cls, ends_at: datetime, info: ValidationInfo) -> datetime:
        starts_at = info.data.get("starts_at")
        if starts_at is not None and ends_at <= starts_at:
            raise PydanticCustomError("greater_than", "It ends after it starts.")
        return ends_at


class SlotShown(Shown):
    """A time on offer."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    resource: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    free: bool
    appointment_id: UUID | None = Field(description="The one that is kept in it.")
    created_at: datetime
    updated_at: datetime


class AppointmentGiven(Given):
    """A time that is booked by hand."""

    slot_id: UUID
    customer_name: _Name
    customer_phone: Phone | None = Field(None, description="Null where nobody knows it.")
    service: _Service = ""
    call_id: UUID | None = Field(None, description="In which it was agreed.")
    tenant_id: UUID | None = Field(None, description="A client's own people may leave it out.")


class AppointmentChanged(Given):
    """What is to change of an appointment that was not cancelled."""

    slot_id: UUID = Field(
        default_factory=new_id, description="Another free time, to which it moves."
    )
    customer_name: _Name = ""
    customer_phone: Phone = ""
    service: _Service = ""
    status: Literal[AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW] = Field(
        AppointmentStatus.COMPLETED, description="What became of it."
    )


class AppointmentShown(Shown):
    """A booked time."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    slot_id: UUID | None
    call_id: UUID | None
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    service: str
    customer_name: str
    customer_phone: str
    confirmation_code: str
    cancelled_at: datetime | None
    created_at: datetime
    updated_at: datetime
