"""Values that reading a call gives: the call, its legs, events, turns, transfers and recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiconnected.calls.lists import Sentiment, sentiment
from aiconnected.calls.models import Carrier, Direction, RefusalReason
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.calls.waterfall import Waterfall, waterfall
from aiconnected.contracts.facts import Role, Speech
from aiconnected.kit.money import Money
from aiconnected.usage.models import CallCost


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it is kept. Money is None until the call has been finalised."""

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
    end_reason: str | None
    outcome: str | None
    error_code: str | None
    sentiment_score: float | None
    summary: str | None
    cost_micros: int | None
    price_micros: int | None
    currency: str

    @property
    def cost(self) -> Money | None:
        """What we pay for it."""
        return self._money(self.cost_micros)

    @property
    def price(self) -> Money | None:
        """What the agency pays us."""
        return self._money(self.price_micros)

    @property
    def duration(self) -> int | None:
        """Seconds, begun ones whole (PRD 7.2)."""
        return None if self.duration_ms is None else -(-self.duration_ms // 1000)

    @property
    def sentiment_label(self) -> Sentiment | None:
        """How the caller felt."""
        return sentiment(self.sentiment_score)

    @property
    def margin(self) -> Money | None:
        """Price less cost."""
        if self.cost_micros is None or self.price_micros is None:
            return None
        return self._money(self.price_micros - self.cost_micros)

    def _money(self, micros: int | None) -> Money | None:
        return None if micros is None else Money(micros=micros, currency=self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLegView:
    """A connection to the caller."""

    id: UUID
    kind: str
    external_id: str
    encoding: str
    rate: int
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """A fact as it was reported; `fault` says why it changed nothing else, or is empty."""

    id: UUID
    seq: int
    at: datetime
    type: str
    body: Mapping[str, Any]
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said."""

    turn: int
    role: Role
    speech: Speech
    text: str
    heard_text: str
    interrupted: bool
    started_at: datetime
    ended_at: datetime
    audio_ms: int
    confidence: float | None
    marks: Mapping[str, float]
    origin: float | None

    @property
    def waterfall(self) -> Waterfall | None:
        """Where the time before this answer went; None for what answers nothing."""
        return waterfall(self.marks) if self.marks else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Where the caller was sent and what became of it."""

    id: UUID
    kind: str
    target: str
    reason: str
    outcome: str
    requested_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail:
    """A call with everything small about it; `bill` is live while the call is."""

    call: Call
    legs: tuple[CallLegView, ...]
    events: tuple[CallEvent, ...]
    transfers: tuple[Transfer, ...]
    bill: CallCost
