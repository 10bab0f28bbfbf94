"""Slots, appointments and the parts of a day."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from aiconnected.kit.listing import Field, Kind, Listable


class PartOfDay(StrEnum):
    """What callers say instead of hours, local to the tenant."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def hours(self) -> tuple[time, time]:
        """When it begins and when it is over."""
        return _HOURS[self]


_HOURS = {
    PartOfDay.ANY: (time.min, time.max),
    PartOfDay.MORNING: (time.min, time(12)),
    PartOfDay.AFTERNOON: (time(12), time(17)),
    PartOfDay.EVENING: (time(17), time.max),
}


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be booked."""

    id: UUID
    resource: str
    starts_at: datetime
    ends_at: datetime
    timezone: str  # IANA name, the tenant's

    @property
    def local_start(self) -> datetime:
        """The start as the tenant's clock shows it."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSlot:
    """A time on offer, as those see it who offer it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    resource: str  # who or what is booked, such as a chair or a van
    services: tuple[str, ...]  # what it may be booked for, in lower case; none is anything
    starts_at: datetime
    ends_at: datetime
    appointment_id: UUID | None  # the one that is kept in it
    created_at: datetime
    updated_at: datetime

    @property
    def free(self) -> bool:
        """Whether nothing is kept in it."""
        return self.appointment_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlot:
    """What makes a time on offer."""

    starts_at: datetime
    ends_at: datetime
    resource: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booked time."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    slot_id: UUID | None
    call_id: UUID | None  # in which it was booked
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
    timezone: str  # IANA name, the tenant's

    @property
    def local_start(self) -> datetime:
        """The start as the tenant's clock shows it."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """What makes an appointment."""

    slot_id: UUID
    customer_name: str
    customer_phone: str = ""
    service: str = ""
    call_id: UUID | None = None


APPOINTMENTS = Listable(
    Field(name="id", kind=Kind.ID, column="a.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="a.tenant_id", type="uuid"),
    Field(name="call_id", kind=Kind.ID, column="a.call_id", type="uuid", nullable=True),
    Field(name="slot_id", kind=Kind.ID, column="a.slot_id", type="uuid", nullable=True),
    Field(name="customer_phone", kind=Kind.PHONE, column="a.customer_phone", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="a.status",
        type="appointment_status_enum",
        choices=tuple(AppointmentStatus),
        sorts=True,
    ),
    Field(name="starts_at", kind=Kind.MOMENT, column="a.starts_at", type="timestamptz", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="a.created_at", type="timestamptz", sorts=True
    ),
    order="starts_at",
    search=("a.customer_name", "a.customer_phone", "a.service", "a.confirmation_code"),
)
SLOTS = Listable(
    Field(name="id", kind=Kind.ID, column="s.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="s.tenant_id", type="uuid"),
    Field(name="resource", kind=Kind.TEXT, column="s.resource", type="text"),
    Field(name="free", kind=Kind.FLAG, column="(k.id IS NULL)", type="boolean"),
    Field(name="starts_at", kind=Kind.MOMENT, column="s.starts_at", type="timestamptz", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="s.created_at", type="timestamptz", sorts=True
    ),
    order="starts_at",
    search=("s.resource", "array_to_string(s.services, ' ')"),
)
