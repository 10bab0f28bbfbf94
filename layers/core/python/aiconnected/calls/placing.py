"""Repository of outbound calls: their row before the carrier has a name for them, and after."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.models import Carrier
from aiconnected.calls.repository import SQL, CallPlace
from aiconnected.calls.tickets import TicketClaims
from aiconnected.db import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCall:
    """A call that we have placed."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    carrier: Carrier
    external_call_id: str  # our own id until the carrier has told its own
    ticket_key_id: str | None
    ticket_expires_at: datetime | None
    ticket_used: bool
    ended: bool

    @property
    def place(self) -> CallPlace:
        """Which call it is."""
        return CallPlace(call_id=self.id, agency_id=self.agency_id, tenant_id=self.tenant_id)

    @property
    def named(self) -> bool:
        """Whether the carrier has told its id."""
        return self.external_call_id != str(self.id)


class PlacingRepository:
    """What an outbound call needs beyond any other."""

    def lock(self, work: Work, call_id: UUID) -> PlacedCall | None:
        """The outbound call, kept from other writers until the transaction ends."""
        return work.row(SQL["lock_placed"], PlacedCall, id=call_id)

    def name(self, work: Work, call: PlacedCall, *, external_id: str) -> None:
        """The carrier's id of it; raises UniqueViolation when that is another call's."""
        work.run(SQL["name_placed"], tenant_id=call.tenant_id, id=call.id, external_id=external_id)

    def renew_ticket(self, work: Work, call: PlacedCall, *, claims: TicketClaims) -> None:
        """A new ticket to the media socket in the place of one that has not been used."""
        work.run(
            SQL["renew_ticket"],
            tenant_id=call.tenant_id,
            id=call.id,
            ticket_key_id=claims.key_id,
            ticket_expires_at=claims.expires_at,
        )
