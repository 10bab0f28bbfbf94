"""The carrier's records: calls, numbers, and the identifiers and words Twilio uses for them."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from uuid import uuid4

API_VERSION = "2010-04-01"
E164 = re.compile(r"\+[1-9]\d{6,14}")


class CallStatus(StrEnum):
    """Twilio's call states."""

    QUEUED = "queued"  # created by REST, not dialled yet
    RINGING = "ringing"  # inbound: until the first verb that answers; outbound: the phone rings
    IN_PROGRESS = "in-progress"  # answered
    COMPLETED = "completed"  # was answered and is over
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"  # hung up before it was answered

    @property
    def is_final(self) -> bool:
        return self not in {CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS}


class Direction(StrEnum):
    """Who made the call."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a webhook goes: a URL, perhaps with connection overrides after `#`, and GET or POST."""

    url: str
    method: str = "POST"


@dataclass(slots=True, kw_only=True)
class Call:
    """One leg between the carrier and one telephone."""

    sid: str
    account_sid: str
    to: str
    from_: str
    direction: Direction
    status: CallStatus
    phone_number_sid: str = ""
    parent_sid: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    answered: datetime | None = None
    ended: datetime | None = None
    answered_at: float | None = None  # CLOCK_MONOTONIC seconds
    ended_at: float | None = None

    def answer(self) -> None:
        self.status = CallStatus.IN_PROGRESS
        self.answered, self.answered_at = datetime.now(UTC), time.monotonic()

    def end(self, status: CallStatus) -> None:
        self.status = status
        self.ended, self.ended_at = datetime.now(UTC), time.monotonic()

    @property
    def duration(self) -> int:
        """Whole seconds between answer and end, as billed; 0 for a call that nobody answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(1, round(self.ended_at - self.answered_at))


@dataclass(slots=True, kw_only=True)
class Number:
    """A phone number of the account and where its calls go."""

    sid: str
    phone_number: str
    friendly_name: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))


def new_sid(prefix: str) -> str:
    """A fresh 34-character identifier such as CA…, RE…, MZ…, PN…."""
    return prefix + uuid4().hex


def rfc2822(at: datetime | None) -> str | None:
    """The date format of the REST API, or nothing."""
    return None if at is None else format_datetime(at)
