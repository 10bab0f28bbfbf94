"""Slots, appointments and the parts of a day."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo


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
class Appointment:
    """A booked time."""

    id: UUID
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
    timezone: str  # IANA name, the tenant's

    @property
    def local_start(self) -> datetime:
        """The start as the tenant's clock shows it."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))
