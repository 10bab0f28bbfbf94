"""Repository of reading: calls as they are listed and shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from aiconnected.calls.lists import AFFORDABLE, CALLS, COUNTED, FOUND, of_tenant, window
from aiconnected.calls.models import Carrier, Direction, RefusalReason
from aiconnected.calls.repository import SQL
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.calls.views import (
    Call,
    CallEvent,
    CallLegView,
    Transfer,
    Turn,
)
from aiconnected.db import Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.money import Money
from aiconnected.kit.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class _CallRow:
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
    def duration(self) -> int | None:
        """What the list is sorted by."""
        return self.call().duration

    def call(self) -> Call:
        """With its money put together."""
        return Call(
            id=self.id,
            agency_id=self.agency_id,
            tenant_id=self.tenant_id,
            agent_id=self.agent_id,
            phone_number_id=self.phone_number_id,
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
            sentiment_score=self.sentiment_score,
            summary=self.summary,
            cost=self._money(self.cost_micros),
            price=self._money(self.price_micros),
        )

    def _money(self, micros: int | None) -> Money | None:
        return None if micros is None else Money(micros=micros, currency=self.currency)


class CallReadRepository:
    """Never changes anything."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Call]:
        """The calls that were asked for, of all that the scope holds."""
        if work.scope.tenant_id is not None:
            wanted = of_tenant(wanted, work.scope.tenant_id)
        if wanted.search is None:
            rows = page(
                work,
                SQL["calls"],
                _CallRow,
                of=CALLS,
                wanted=wanted,
                # Of an agency's calls the planner expects too few: it would sort them all.
                affordable=AFFORDABLE if wanted.values("tenant_id") else None,
                counted=COUNTED,
            )
        else:
            rows = self._found(work, wanted, wanted.search)
        calls = tuple(row.call() for row in rows.items)
        return Page(items=calls, after=rows.after, total=rows.total)

    def _found(self, work: Work, wanted: ListQuery, text: str) -> Page[_CallRow]:
        since, until = window(wanted)
        named = (*wanted.values("tenant_id"), None)
        return page(
            work,
            SQL["found_calls"],
            _CallRow,
            of=CALLS,
            wanted=replace(wanted, search=None),
            agency_id=work.scope.agency_id,
            tenant_id=named[0],
            text=text,
            since=since,
            until=until,
            most=FOUND,
        )

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
