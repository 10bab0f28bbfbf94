"""What a route declares of itself beside its handler: who may use it, how often, until when."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from aiconnected.auth.permissions import Permission
from aiconnected.kit.listing import Listable

NOTICE = timedelta(days=180)  # A9: six months


class Access(StrEnum):
    """Who may use a route that asks for no permission."""

    PUBLIC = "public"  # anyone; webhooks check the signature of their sender themselves
    SIGNED_IN = "signed_in"


Admission = Access | Permission


class Pace(StrEnum):
    """Which limits of requests hold for a route."""

    NORMAL = "normal"
    STRICT = "strict"  # where passwords and tokens can be guessed, and mail can be caused
    FREE = "free"  # senders who sign, and probes


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """A route that will be gone, and what takes its place (A9)."""

    since: date
    sunset: date
    successor: str  # path

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError("callers have six months' notice")

    def headers(self) -> Mapping[str, str]:
        """As callers are told: RFC 9745, RFC 8594, and `Warning` as PRD 13.2 has it."""
        since = calendar.timegm(self.since.timetuple())
        sunset = datetime(self.sunset.year, self.sunset.month, self.sunset.day, tzinfo=UTC)
        return {
            "Deprecation": f"@{since}",
            "Sunset": format_datetime(sunset, usegmt=True),
            "Warning": f'299 - "Deprecated: use {self.successor} from {self.sunset} on"',
            "Link": f'<{self.successor}>; rel="successor-version"',
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One route."""

    handler: Callable[..., object]
    access: Admission
    pace: Pace
    listable: Listable | None = None
    deprecated: Deprecation | None = None
