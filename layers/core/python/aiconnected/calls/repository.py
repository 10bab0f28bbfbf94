"""Repository of calls: opening, tickets, leases, standing and closing of a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.models import Carrier, Direction, RefusalReason
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.db import Queries, Work

SQL = Queries.beside(__file__)
LONGEST_NUMBER = 50  # characters of the column; an anonymous caller's may be anything


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlace:
    """Names a call and whose it is."""

    call_id: UUID
    agency_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call as it arrives."""

    place: CallPlace
    phone_number_id: UUID
    agent_id: UUID | None
    agent_version_id: UUID | None
    carrier: Carrier
    external_id: str
    direction: Direction
    from_number: str
    to_number: str
    fallback_number: str | None
    ticket_key_id: str
    ticket_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCall:
    """What was decided when a call was opened."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    fallback_number: str | None
    refusal_reason: RefusalReason | None
    ticket_key_id: str | None
    ticket_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSetup:
    """A call as its conversation needs it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_version_id: UUID | None
    carrier: Carrier
    external_id: str
    direction: Direction
    from_number: str
    to_number: str
    fallback_number: str | None
    initiated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUse:
    """A genuine ticket, and the carrier's call for which it is shown."""

    call_id: UUID
    key_id: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketState:
    """Why a genuine ticket is not good."""

    another: bool
    used: bool
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """Where a call stands, as its carrier names it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    direction: Direction
    status: CallStatus
    fallback_number: str | None
    answered_at: datetime | None
    initiated_at: datetime
    lease_expires_at: datetime | None
    transfer_target: str | None

    @property
    def place(self) -> CallPlace:
        """Which call it is."""
        return CallPlace(call_id=self.id, agency_id=self.agency_id, tenant_id=self.tenant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonedCall:
    """An open call that nobody answers for."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    answered_at: datetime | None
    owner: str | None
    lease_expired_at: datetime | None

    @property
    def place(self) -> CallPlace:
        """Which call it is."""
        return CallPlace(call_id=self.id, agency_id=self.agency_id, tenant_id=self.tenant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a call is closed."""

    state: CallState
    status: CallStatus
    outcome: str
    reason: str
    error_code: str
    answered_at: datetime | None
    ended_at: datetime


class CallRepository:
    """The row of a call and its lease."""

    def insert(self, work: Work, call: NewCall, *, now: datetime) -> bool:
        """Open it; False when the carrier's id is known."""
        return bool(
            work.run(
                SQL["insert_call"],
                id=call.place.call_id,
                agency_id=call.place.agency_id,
                tenant_id=call.place.tenant_id,
                phone_number_id=call.phone_number_id,
                agent_id=call.agent_id,
                agent_version_id=call.agent_version_id,
                carrier=call.carrier,
                external_id=call.external_id,
                direction=call.direction,
                from_number=call.from_number[:LONGEST_NUMBER],
                to_number=call.to_number[:LONGEST_NUMBER],
                fallback_number=call.fallback_number,
                ticket_key_id=call.ticket_key_id,
                ticket_expires_at=call.ticket_expires_at,
                now=now,
            )
        )

    def opened(self, work: Work, carrier: Carrier, *, external_id: str) -> OpenedCall | None:
        """What was decided about the carrier's call."""
        return work.row(SQL["opened"], OpenedCall, carrier=carrier, external_id=external_id)

    def refuse(self, work: Work, place: CallPlace, *, reason: RefusalReason, now: datetime) -> None:
        """Close a call that does not reach its agent."""
        work.run(
            SQL["refuse_call"],
            tenant_id=place.tenant_id,
            id=place.call_id,
            reason=reason,
            now=now,
        )

    def use_ticket(self, work: Work, use: TicketUse, *, now: datetime) -> bool:
        """Use the ticket; False when it is another call's, has been used, or the call is over."""
        return bool(
            work.run(
                SQL["use_ticket"],
                id=use.call_id,
                ticket_key_id=use.key_id,
                external_id=use.external_id,
                now=now,
            )
        )

    def ticket_state(self, work: Work, use: TicketUse) -> TicketState | None:
        """Why a ticket could not be used."""
        return work.row(
            SQL["ticket_state"], TicketState, id=use.call_id, external_id=use.external_id
        )

    def setup(self, work: Work, call_id: UUID) -> CallSetup | None:
        """The call as its conversation needs it."""
        return work.row(SQL["call_setup"], CallSetup, id=call_id)

    def acquire_lease(
        self, work: Work, place: CallPlace, *, owner: str, now: datetime, expires_at: datetime
    ) -> None:
        """The call belongs to `owner` from now on."""
        work.run(
            SQL["acquire_lease"],
            call_id=place.call_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            owner=owner,
            now=now,
            expires_at=expires_at,
        )

    def renew_leases(
        self,
        work: Work,
        owner: str,
        *,
        call_ids: Sequence[UUID],
        now: datetime,
        expires_at: datetime,
    ) -> set[UUID]:
        """Push the expiry; those that are still the owner's."""
        renewed = work.values(
            SQL["renew_leases"],
            UUID,
            owner=owner,
            call_ids=list(call_ids),
            now=now,
            expires_at=expires_at,
        )
        return set(renewed)

    def release_lease(self, work: Work, place: CallPlace) -> None:
        """The call belongs to nobody."""
        work.run(SQL["release_lease"], tenant_id=place.tenant_id, call_id=place.call_id)

    def abandoned(self, work: Work, *, before: datetime, limit: int) -> list[AbandonedCall]:
        """Open calls that nobody has answered for since that moment, locked."""
        return work.rows(SQL["abandoned_calls"], AbandonedCall, before=before, limit=limit)

    def standing(self, work: Work, carrier: Carrier, *, external_id: str) -> StandingRow | None:
        """Where the carrier's call stands."""
        return work.row(SQL["standing"], StandingRow, carrier=carrier, external_id=external_id)

    def set_state(
        self,
        work: Work,
        place: CallPlace,
        *,
        state: CallState,
        status: CallStatus,
        answered_at: datetime | None,
    ) -> None:
        """Where an open call stands; one that has ended stays as it is."""
        work.run(
            SQL["set_state"],
            tenant_id=place.tenant_id,
            id=place.call_id,
            state=state,
            status=status,
            answered_at=answered_at,
        )

    def end(self, work: Work, place: CallPlace, *, ending: Ending) -> None:
        """Close a call, its legs and its lease."""
        work.run(
            SQL["end_call"],
            tenant_id=place.tenant_id,
            id=place.call_id,
            state=ending.state,
            status=ending.status,
            outcome=ending.outcome,
            reason=ending.reason,
            error_code=ending.error_code or None,
            answered_at=ending.answered_at,
            ended_at=ending.ended_at,
        )
        work.run(
            SQL["end_legs"],
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            reason=ending.reason,
            ended_at=ending.ended_at,
        )
        self.release_lease(work, place)
