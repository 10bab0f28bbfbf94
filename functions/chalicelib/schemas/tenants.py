"""Tenants, their settings and their calendar as they are given and shown."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from aiconnected.tenants.models import TenantStatus
from chalicelib.schemas.envelopes import Email, Given, Phone, Shown, Slug, Text, Webpage

Name = Annotated[Text, Field(min_length=1, max_length=255)]
_Line = Annotated[Text, Field(min_length=1, max_length=255)]
_Part = Annotated[Text, Field(min_length=1, max_length=100)]
_Zone = Annotated[
    Text, Field(min_length=1, max_length=50, description="IANA name: America/New_York.")
]
_Calls = Annotated[int, Field(ge=1, le=10_000)]
_Minutes = Annotated[int, Field(ge=1, le=100_000_000)]
_Days = Annotated[int, Field(ge=1, le=3650)]
_Says = Annotated[Text, Field(min_length=1, max_length=1000)]
_Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM")]


def _local(moment: time) -> time:
    if moment.tzinfo is not None:
        raise ValueError("is local: give no zone")
    return moment


_Local = Annotated[time, AfterValidator(_local)]


class _Contact(Given):
    business_type: _Part | None = None
    contact_name: Name | None = None
    contact_email: Email | None = None
    contact_phone: Phone | None = None
    address_line1: _Line | None = None
    address_line2: _Line | None = None
    address_city: _Part | None = None
    address_state: _Part | None = None
    address_postal_code: Annotated[Text, Field(min_length=1, max_length=20)] | None = None
    address_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    website_url: Webpage | None = None
    transfer_number: Phone | None = Field(default=None, description="The client's own telephone.")


class TenantGiven(_Contact):
    """A new client."""

    name: Name
    slug: Slug
    timezone: _Zone
    agency_id: UUID | None = Field(default=None, description="Of whom; the platform must say it.")
    max_concurrent_calls: _Calls | None = Field(
        default=None, description="Default 5, or what there is."
    )
    max_monthly_minutes: _Minutes | None = Field(default=None, description="Null is unlimited.")


class TenantChanged(_Contact):
    """What is to change; null empties a field that may be empty."""

    name: Name = ""
    timezone: _Zone = ""
    slug: Slug = Field(default="", description="The agency's to change, as are the quotas.")
    max_concurrent_calls: _Calls = 1
    max_monthly_minutes: _Minutes | None = None


class TenantShown(Shown):
    """A client of an agency."""

    id: UUID
    agency_id: UUID
    name: str
    slug: str
    status: TenantStatus
    business_type: str | None
    timezone: str
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    address_line1: str | None
    address_line2: str | None
    address_city: str | None
    address_state: str | None
    address_postal_code: str | None
    address_country: str | None
    website_url: str | None
    transfer_number: str | None
    max_concurrent_calls: int
    max_monthly_minutes: int | None
    is_deleted: bool
    deletion_requested_at: datetime | None
    purge_after: datetime | None = Field(description="Until then a deletion can be taken back.")
    created_at: datetime
    updated_at: datetime


class QuotasGiven(Given):
    """How much a client may use, whole; an agency gives no more than it has."""

    max_concurrent_calls: _Calls
    max_monthly_minutes: _Minutes | None = Field(description="Null is unlimited.")


class QuotasShown(Shown):
    """How much a client may use."""

    max_concurrent_calls: int
    max_monthly_minutes: int | None


class Greeting(Given):
    """How calls are greeted."""

    delay_ms: Annotated[int, Field(ge=0, le=5000)] | None = None
    interruptible: bool | None = None
    repeat_callers_by_name: bool | None = None


class Recording(Given):
    """Whether calls are recorded, and what callers are told of it."""

    enabled: bool | None = Field(default=None, description="Default: as the agent's version says.")
    consent: Literal["none", "announce", "ask"] | None = Field(default=None, description="announce")
    announcement: _Says | None = None


class Retention(Given):
    """Days until something is destroyed; default: as long as the client is one."""

    recordings_days: _Days | None = None
    transcripts_days: _Days | None = None
    calls_days: _Days | None = None


class Transfer(Given):
    """Where callers are connected with a person."""

    number: Phone | None = Field(default=None, description="The client's `transfer_number`.")
    ring_seconds: Annotated[int, Field(ge=5, le=120)] | None = None
    whisper: _Says | None = None


class AfterHours(Given):
    """What happens outside the business hours."""

    behaviour: Literal["answer", "take_message", "transfer", "close"] | None = None
    message: _Says | None = None
    transfer_number: Phone | None = None


class Outbound(Given):
    """When people may be called, in their own zone; default 08:00 to 21:00."""

    earliest: _Clock | None = None
    latest: _Clock | None = None
    weekdays: (
        Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1, max_length=7)]
        | None
    ) = Field(default=None, description="0 is Monday.")

    @model_validator(mode="after")
    def _in_order(self) -> "Outbound":
        if (self.earliest or "08:00") >= (self.latest or "21:00"):
            raise ValueError("earliest comes before latest")
        return self


class Notifications(Given):
    """Whom to write to."""

    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()


class Settings(Given):
    """What a client chooses, whole: a section or a field that is left out is the default."""

    greeting: Greeting = Field(default_factory=Greeting)
    recording: Recording = Field(default_factory=Recording)
    retention: Retention = Field(default_factory=Retention)
    transfer: Transfer = Field(default_factory=Transfer)
    after_hours: AfterHours = Field(default_factory=AfterHours)
    outbound: Outbound = Field(default_factory=Outbound)
    notifications: Notifications = Field(default_factory=Notifications)


class BrandingShown(Shown):
    """How a client's people see their agency (T2)."""

    agency_name: str
    custom_domain: str | None
    branding: dict[str, object]


class Interval(Given):
    """Opening hours of a weekday; a day has as many as it needs, and none when it is closed."""

    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday.")]
    opens: _Local
    closes: _Local


class Week(Given):
    """A whole week, in the client's own zone."""

    hours: Annotated[tuple[Interval, ...], Field(max_length=70)]


class IntervalShown(Shown):
    """Opening hours of a weekday."""

    weekday: int
    opens: time
    closes: time


class WeekShown(Shown):
    """A whole week, in the client's own zone."""

    timezone: str
    hours: list[IntervalShown]


class HolidayGiven(Given):
    """A day with other hours; without times it is closed."""

    day: date
    name: Name
    opens: _Local | None = None
    closes: _Local | None = None


class HolidayChanged(Given):
    """What is to change; null for both times closes the day."""

    day: date = date.min
    name: Name = ""
    opens: _Local | None = None
    closes: _Local | None = None


class HolidayShown(Shown):
    """A day with other hours."""

    id: UUID
    tenant_id: UUID
    day: date
    name: str
    opens: time | None
    closes: time | None
    created_at: datetime
    updated_at: datetime
