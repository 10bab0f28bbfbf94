"""What a carrier is to do with the caller when the media stream has ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aiconnected.calls.state import CallStatus


class Next(StrEnum):
    """What the carrier does next."""

    HANG_UP = "hang_up"
    DIAL = "dial"


class DialReason(StrEnum):
    """Why the caller is sent to another telephone."""

    TRANSFER = "transfer"  # somebody asked for it
    FALLBACK = "fallback"  # the conversation never began, or broke


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """Hang up, or dial `number` (E.164). `after_failure` says that the caller is owed a word."""

    next: Next
    number: str | None = None
    reason: DialReason | None = None
    after_failure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a call stands when its stream has ended."""

    status: CallStatus
    fallback_number: str | None
    transfer_target: str | None  # of a transfer that nobody has carried out
    lease_expires_at: datetime | None


_OVER = frozenset({CallStatus.COMPLETED, CallStatus.ABANDONED})
_BROKEN = frozenset({CallStatus.FAILED, CallStatus.REFUSED})
_TRANSFER = frozenset({CallStatus.TRANSFERRING, CallStatus.TRANSFERRED})


def decide(standing: Standing, *, now: datetime) -> Aftermath | None:
    """What follows; None while the owner still has the call and its last facts are on their way."""
    if standing.status in _TRANSFER and standing.transfer_target:
        return Aftermath(
            next=Next.DIAL, number=standing.transfer_target, reason=DialReason.TRANSFER
        )
    if standing.status in _OVER:
        return Aftermath(next=Next.HANG_UP)
    if standing.status is CallStatus.TRANSFERRED:
        return Aftermath(next=Next.HANG_UP)  # carried out already
    owned = standing.lease_expires_at is not None and standing.lease_expires_at > now
    if owned and standing.status not in _BROKEN:
        return None
    return fall_back(standing.fallback_number)


def fall_back(number: str | None) -> Aftermath:
    """The caller goes to the client's own telephone; without one, the call ends with a word."""
    if number is None:
        return Aftermath(next=Next.HANG_UP, after_failure=True)
    return Aftermath(next=Next.DIAL, number=number, reason=DialReason.FALLBACK, after_failure=True)
