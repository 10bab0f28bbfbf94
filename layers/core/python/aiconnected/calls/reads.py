"""Repository of reading: calls as they are listed and shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.models import Carrier, Direction, RefusalReason
from aiconnected.calls.repository import SQL
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.calls.views import (
    Call,
    CallEvent,
    CallFilter,
    CallLegView,
    Recording,
    Transfer,
    Turn,
)
from aiconnected.db import Work
from aiconnected.kit.money import Money
from aiconnected.kit.paging import PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _CallRow:
    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID | None
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
    cost_micros: int | None
    price_micros: int | None
    currency: str

    def call(self) -> Call:
        """With its money put together."""
        return Call(
            id=self.id,
            agency_id=self.agency_id,
            tenant_id=self.tenant_id,
            agent_id=self.agent_id,
            carrier=self.carrier,
            external_call_id=self.external_call_id,
            direction=self.direction,
            from_number=self.from_number,
            to_number=self.to_number,
            state=self.state,
            status=self.status,
            refusal_reason=self.refusal_reason,
            initiated_at=self.initiated_at,
            answered_at=self.answered_at,
            ended_at=self.ended_at,
            finalised_at=self.finalised_at,
            duration_ms=self.duration_ms,
            end_reason=self.end_reason,
            outcome=self.outcome,
            error_code=self.error_code,
            cost=self._money(self.cost_micros),
            price=self._money(self.price_micros),
        )

    def _money(self, micros: int | None) -> Money | None:
        return None if micros is None else Money(micros=micros, currency=self.currency)


class CallReadRepository:
    """Never changes anything."""

    def page(
        self, work: Work, tenant_id: UUID | None, *, filters: CallFilter, page: PageRequest
    ) -> list[Call]:
        """The calls asked for, and one more when there are more."""
        rows = work.rows(
            SQL["calls"],
            _CallRow,
            limit=page.limit + 1,
            offset=page.offset,
            before_at=page.cursor.at if page.cursor else None,
            before_id=page.cursor.id if page.cursor else None,
            **_narrowed(tenant_id, filters),
        )
        return [row.call() for row in rows]

    def count(self, work: Work, tenant_id: UUID | None, *, filters: CallFilter) -> int:
        """How many there are on all pages."""
        return work.value(SQL["count_calls"], int, **_narrowed(tenant_id, filters)) or 0

    def call(self, work: Work, call_id: UUID) -> Call | None:
        """One call within the scope."""
        row = work.row(SQL["call"], _CallRow, id=call_id)
        return None if row is None else row.call()

    def legs(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[CallLegView]:
        """Its legs."""
        return work.rows(SQL["legs"], CallLegView, tenant_id=tenant_id, call_id=call_id)

    def events(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[CallEvent]:
        """What happened."""
        return work.rows(SQL["events"], CallEvent, tenant_id=tenant_id, call_id=call_id)

    def turns(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Turn]:
        """What was said."""
        return work.rows(SQL["turns"], Turn, tenant_id=tenant_id, call_id=call_id)

    def transfers(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Transfer]:
        """Where the caller was sent."""
        return work.rows(SQL["transfers"], Transfer, tenant_id=tenant_id, call_id=call_id)

    def recording(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> Recording | None:
        """The record of its audio."""
        return work.row(SQL["recording"], Recording, tenant_id=tenant_id, call_id=call_id)


def _narrowed(tenant_id: UUID | None, filters: CallFilter) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "status": filters.status,
        "direction": filters.direction,
        "external_id": filters.external_call_id,
        "from_number": filters.from_number,
        "to_number": filters.to_number,
        "since": filters.since,
        "until": filters.until,
    }
