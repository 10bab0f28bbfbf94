"""Calls as they are listed, shown and commanded."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from aiconnected.calls.lists import Sentiment
from aiconnected.calls.models import Carrier, Direction, RefusalReason
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.contracts.commands import TransferKind
from aiconnected.contracts.facts import Component, Role, Speech
from chalicelib.schemas.envelopes import Given, MoneyShown, Phone, Shown, Text


class CallShown(Shown):
    """One call. Money is null until it has been finalised, and to who may not see the bills."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID | None
    phone_number_id: UUID | None
    carrier: Carrier
    external_call_id: str
    direction: Direction
    from_number: str
    to_number: str
    state: CallState
    status: CallStatus
    refusal_reason: RefusalReason | None
    initiated_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    finalised_at: datetime | None
    duration_ms: int | None
    duration: int | None = Field(description="Seconds, begun ones whole.")
    end_reason: str | None
    outcome: str | None
    error_code: str | None
    sentiment_score: float | None
    sentiment_label: Sentiment | None
    summary: str | None
    cost: MoneyShown | None
    price: MoneyShown | None
    margin: MoneyShown | None


class LegShown(Shown):
    """A connection to the caller."""

    id: UUID
    kind: str
    external_id: str
    encoding: str
    rate: int
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None


class TransferShown(Shown):
    """Where the caller was sent and what became of it."""

    id: UUID
    kind: str
    target: str
    reason: str
    outcome: str
    requested_at: datetime
    completed_at: datetime | None


class ComponentShown(Shown):
    """What one component of the call cost and sells for."""

    component: Component
    quantity: float
    unit: str
    cost: MoneyShown | None
    price: MoneyShown | None
    margin: MoneyShown | None
    rated: bool | None = Field(
        description="False: something in it has no rate, so `cost` is too low."
    )


class BillShown(Shown):
    """What was measured so far, live while the call is; money for those who may see the bills."""

    components: list[ComponentShown]
    cost: MoneyShown | None
    price: MoneyShown | None
    margin: MoneyShown | None


class LatencyShown(Shown):
    """How long callers waited for answers, in milliseconds after the end of their speech."""

    answers: int
    median_ms: float
    worst_ms: float


class CallDetailShown(CallShown):
    """A call with everything small about it."""

    legs: list[LegShown]
    transfers: list[TransferShown]
    bill: BillShown
    latency: LatencyShown | None


class TurnShown(Shown):
    """One thing said. Stages sum to the wait before it; `hidden` ran inside the silence."""

    turn: int
    role: Role
    speech: Speech
    text: str
    heard_text: str = Field(description="What the other side can have heard of it.")
    interrupted: bool
    started_at: datetime
    ended_at: datetime
    audio_ms: int = Field(description="Where the turn starts in the recording.")
    confidence: float | None
    stages: dict[str, float]
    hidden: dict[str, float]
    marks: dict[str, float] = Field(
        description="Milliseconds after the end of the caller's speech, as this host saw them."
    )
    origin: float | None = Field(
        description="That end of speech in seconds of the host's monotonic clock."
    )


class EventShown(Shown):
    """A fact as it was reported; `fault` says why it changed nothing else, or is empty."""

    id: UUID
    seq: int
    at: datetime
    type: str
    body: dict[str, Any]
    fault: str


class CommandShown(Shown):
    """A command that the call's owner has carried out."""

    id: UUID
    call_id: UUID
    name: str


class OutboundGiven(Given):
    """Somebody to be called by an agent."""

    agent_id: UUID
    to_number: Phone
    from_number: Phone | None = Field(
        None, description="One of the client's numbers; left out, the agent's own or the first."
    )
    tenant_id: UUID | None = Field(None, description="A client's own people may leave it out.")


class TransferGiven(Given):
    """Where to send the caller; left out, to the client's own telephone.

    To another agent, name it and no number. A carrier that cannot do it answers 422.
    """

    # Made field by field, an example would name a number and an agent.
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "agent",
                    "agent_id": "01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10",
                    "briefing": "Wants to move the cleaning of Tuesday.",
                }
            ]
        }
    )

    kind: TransferKind = Field(
        TransferKind.BLIND,
        description="warm: whoever is called hears the briefing first, and may decline; "
        "agent: another agent of the client goes on with the call.",
    )
    target_number: Phone | None = None
    agent_id: UUID | None = Field(None, description="For kind agent, and for no other.")
    briefing: Annotated[Text, Field(max_length=1000)] = Field(
        "", description="What it is about; left out, a summary of the call so far."
    )
