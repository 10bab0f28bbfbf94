"""What a call's steps are called in the catalogue of events; each is told once for each call."""

from datetime import datetime

from aiconnected.calls.repository import CallPlace, NewCall
from aiconnected.contracts.catalogue import (
    CallAnswered,
    CallOver,
    CallStarted,
    Event,
    QuotaExceeded,
    TransferCompleted,
    TransferFailed,
    TransferStarted,
)
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import CallEnded
from aiconnected.webhooks.happening import happened


def told(place: CallPlace, event: Event, *, at: datetime, version: str = "") -> Envelope:
    """The message of an event of this call; `version` tells what may happen to it twice apart."""
    return happened(
        event,
        of=place.call_id,
        at=at,
        agency_id=place.agency_id,
        tenant_id=place.tenant_id,
        call_id=place.call_id,
        version=version,
    )


def started(call: NewCall, *, at: datetime) -> Envelope:
    """The call comes in or goes out."""
    event = CallStarted(
        call_id=call.place.call_id,
        direction=call.direction.value,
        from_number=call.from_number,
        to_number=call.to_number,
        agent_id=call.agent_id,
        started_at=at,
    )
    return told(call.place, event, at=at)


def answered(place: CallPlace, *, at: datetime) -> Envelope:
    """The agent and the caller hear each other."""
    return told(place, CallAnswered(call_id=place.call_id, answered_at=at), at=at)


def over(place: CallPlace, *, end: CallEnded) -> Envelope:
    """The call has ended."""
    event = CallOver(
        call_id=place.call_id, outcome=end.outcome, reason=end.reason, ended_at=end.ended_at
    )
    return told(place, event, at=end.ended_at)


def transfer_started(place: CallPlace, *, target: str, at: datetime, step: str) -> Envelope:
    """The call is being handed over."""
    event = TransferStarted(call_id=place.call_id, target=target, at=at)
    return told(place, event, at=at, version=step)


def transfer_over(place: CallPlace, *, outcome: str, at: datetime, step: str) -> Envelope:
    """Somebody has taken the call, or nobody; `outcome` as transfers keep it."""
    event: Event
    if outcome == "accepted":
        event = TransferCompleted(call_id=place.call_id, at=at)
    else:
        event = TransferFailed(call_id=place.call_id, at=at, reason=outcome)
    return told(place, event, at=at, version=step)


def full(place: CallPlace, *, limit: int, at: datetime) -> Envelope:
    """A client takes as many calls as it may: told once an hour, whoever else calls."""
    event = QuotaExceeded(quota="concurrent_calls", limit=limit, used=limit)
    return happened(
        event,
        of=place.tenant_id,
        at=at,
        agency_id=place.agency_id,
        tenant_id=place.tenant_id,
        version=f"{at:%Y-%m-%dT%H}",
    )
