"""Service of calls that have been placed: the carrier's name for them, and who answers."""

from uuid import UUID

from aiconnected.calls.models import CallTicket
from aiconnected.calls.placing import PlacedCall, PlacingRepository
from aiconnected.calls.tickets import TicketClaims, TicketSigner
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock


class PlacedCalls:
    """Opens its own units of work."""

    def __init__(
        self,
        placing: PlacingRepository,
        *,
        database: Database,
        tickets: TicketSigner,
        clock: Clock,
    ) -> None:
        self._placing = placing
        self._database = database
        self._tickets = tickets
        self._clock = clock

    def name(self, call_id: UUID, external_id: str) -> None:
        """The carrier's id of a call that we have placed: told by whichever request is first."""
        with self._database.work(Scope.platform("name outbound call")) as work:
            call = self._placing.lock(work, call_id)
            if call is not None and not call.named:
                self._placing.name(work, call, external_id=external_id)

    def connected(self, call_id: UUID, external_id: str) -> CallTicket | None:
        """A ticket to the media socket for whoever has answered; None when there is none any more.

        The carrier's same question gets the same answer while the ticket is good.
        """
        now = self._clock.now()
        with self._database.work(Scope.platform("outbound call answered")) as work:
            call = self._placing.lock(work, call_id)
            if call is None or call.ended:
                return None
            if not call.named:
                self._placing.name(work, call, external_id=external_id)
            elif call.external_call_id != external_id:
                return None
            claims = _claims(call)
            if claims is None or (claims.expires_at <= now and not call.ticket_used):
                claims = self._tickets.claims(call_id, now=now)
                self._placing.renew_ticket(work, call, claims=claims)
        return CallTicket(
            call_id=call_id,
            agency_id=call.agency_id,
            tenant_id=call.tenant_id,
            ticket=self._tickets.sign(claims),
            expires_at=claims.expires_at,
            fallback_number=None,
        )


def _claims(call: PlacedCall) -> TicketClaims | None:
    if call.ticket_key_id is None or call.ticket_expires_at is None:
        return None
    return TicketClaims(
        call_id=call.id, key_id=call.ticket_key_id, expires_at=call.ticket_expires_at
    )
