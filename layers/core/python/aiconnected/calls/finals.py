"""Repository of finalising: what is written once a call has ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.models import Carrier, Direction
from aiconnected.calls.repository import SQL, CallPlace
from aiconnected.calls.state import CallStatus
from aiconnected.db import Work
from aiconnected.kit.ids import new_id
from aiconnected.usage.models import CallCost


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCall:
    """A call that is to be finalised."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID | None
    carrier: Carrier
    direction: Direction
    from_number: str
    to_number: str
    status: CallStatus
    initiated_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    duration_ms: int
    currency: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A whole call as one text: a line for each turn."""

    full_text: str
    turn_count: int
    word_count: int


class FinalRepository:
    """Writes the same again for the same call."""

    def lock(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> EndedCall | None:
        """Hold the call; None when it is not there or has not ended."""
        return work.row(SQL["ended_call"], EndedCall, tenant_id=tenant_id, id=call_id)

    def overdue(self, work: Work, *, before: datetime, limit: int) -> list[CallPlace]:
        """Calls that ended before that moment and are not finalised, longest first."""
        return work.rows(SQL["unfinalised_calls"], CallPlace, before=before, limit=limit)

    def keep_transcript(
        self, work: Work, call: EndedCall, *, transcript: Transcript, now: datetime
    ) -> None:
        """The text to search in."""
        work.run(
            SQL["keep_transcript"],
            id=new_id(),
            agency_id=call.agency_id,
            tenant_id=call.tenant_id,
            call_id=call.id,
            initiated_at=call.initiated_at,
            language=call.language,
            full_text=transcript.full_text,
            turn_count=transcript.turn_count,
            word_count=transcript.word_count,
            now=now,
        )

    def keep_bill(self, work: Work, call: EndedCall, *, bill: CallCost, now: datetime) -> None:
        """What the call cost and sells for."""
        work.run(
            SQL["finalise_call"],
            tenant_id=call.tenant_id,
            id=call.id,
            cost_micros=bill.cost.micros,
            price_micros=bill.price.micros,
            currency=bill.cost.currency,
            now=now,
        )
