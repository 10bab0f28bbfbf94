"""Service of calls: opens them for carriers, and hands them to the process that answers."""

from datetime import timedelta
from uuid import UUID

from aiconnected.agencies.models import AgencyStatus
from aiconnected.agents.service import AgentService
from aiconnected.billing.minutes import MinuteQuota
from aiconnected.calls.control import ControlEvent, EventRow
from aiconnected.calls.errors import CallNotFound, TicketInvalid, TicketUsed
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.leases import LEASE_TTL
from aiconnected.calls.models import (
    CallConfig,
    CallTicket,
    Carrier,
    Direction,
    Refusal,
    RefusalReason,
)
from aiconnected.calls.repository import (
    CallPlace,
    CallRepository,
    CallSetup,
    NewCall,
    OpenedCall,
    TicketUse,
)
from aiconnected.calls.telling import full, started
from aiconnected.calls.tickets import TicketClaims, TicketSigner
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.live.admission import Admission, Lease, Limits
from aiconnected.numbers.errors import NumberNotFound
from aiconnected.numbers.models import NumberRoute
from aiconnected.numbers.service import NumberService
from aiconnected.outbox.service import Outbox
from aiconnected.tenants.models import TenantStatus


class CallService:
    """Opens its own units of work: a call is open when `open` returns."""

    def __init__(
        self,
        calls: CallRepository,
        history: HistoryRepository,
        *,
        database: Database,
        numbers: NumberService,
        agents: AgentService,
        minutes: MinuteQuota,
        admission: Admission,
        tickets: TicketSigner,
        outbox: Outbox,
        clock: Clock,
        lease_ttl: timedelta = LEASE_TTL,
    ) -> None:
        self._calls = calls
        self._history = history
        self._database = database
        self._numbers = numbers
        self._agents, self._minutes = agents, minutes
        self._admission = admission
        self._outbox = outbox
        self._tickets = tickets
        self._clock = clock
        self._lease_ttl = lease_ttl

    def open(
        self,
        carrier: Carrier,
        external_id: str,
        *,
        from_: str,
        to: str,
        direction: Direction = Direction.INBOUND,
    ) -> CallTicket | Refusal:
        """A ticket to the call's media socket, or why there is none.

        The carrier's same call gets the same answer, however often and however parallel it asks.
        """
        with self._database.work(Scope.platform("open call")) as work:
            known = self._calls.opened(work, carrier, external_id=external_id)
            if known is not None:
                return self._again(known)
            try:
                route = self._numbers.route(work, to)
            except NumberNotFound:
                return Refusal(reason=RefusalReason.UNKNOWN_NUMBER)
            call = self._arriving(
                route,
                carrier=carrier,
                external_id=external_id,
                direction=direction,
                from_number=from_,
                to_number=to,
            )
            now = self._clock.now()
            if self._calls.insert(work, call, now=now):
                self._outbox.append(work, started(call, at=now))
                return self._decide(work, call, route=route)
            known = self._calls.opened(work, carrier, external_id=external_id)
            if known is None:
                raise CallNotFound
            return self._again(known)

    def redeem(self, ticket: str, *, external_id: str, owner: str) -> CallConfig:
        """Use the ticket: the call belongs to `owner` from now on, for a lease to be renewed.

        `external_id` is the call for which the carrier has opened the media socket; another
        call's ticket is refused, and stays good for that call.

        Raises `TicketInvalid`, `TicketExpired`, `TicketUsed`.
        """
        now = self._clock.now()
        claims = self._tickets.read(ticket, now=now)
        with self._database.work(Scope.platform("redeem ticket")) as work:
            use = TicketUse(call_id=claims.call_id, key_id=claims.key_id, external_id=external_id)
            if not self._calls.use_ticket(work, use, now=now):
                raise self._why_not(work, use)
            setup = self._setup(work, claims.call_id)
            place = _place(setup)
            self._calls.acquire_lease(
                work, place, owner=owner, now=now, expires_at=now + self._lease_ttl
            )
            taken = EventRow.control(ControlEvent.TAKEN, at=now, owner=owner)
            self._history.append(work, place, events=[taken])
            return self._configured(work, setup)

    def config(self, call_id: UUID) -> CallConfig:
        """The call's configuration, with the agent version it was opened with.

        Raises `CallNotFound`, `AgentNotPublished` for a call that was refused for want of one.
        """
        with self._database.work(Scope.platform("configure call")) as work:
            return self._configured(work, self._setup(work, call_id))

    # -- opening -----------------------------------------------------------------------------

    def _arriving(
        self,
        route: NumberRoute,
        *,
        carrier: Carrier,
        external_id: str,
        direction: Direction,
        from_number: str,
        to_number: str,
    ) -> NewCall:
        call_id = new_id()
        claims = self._tickets.claims(call_id, now=self._clock.now())
        return NewCall(
            place=CallPlace(call_id=call_id, agency_id=route.agency_id, tenant_id=route.tenant_id),
            phone_number_id=route.phone_number_id,
            agent_id=route.agent_id,
            agent_version_id=route.agent_version_id,
            carrier=carrier,
            external_id=external_id,
            direction=direction,
            from_number=from_number,
            to_number=to_number,
            fallback_number=route.fallback_number,
            ticket_key_id=claims.key_id,
            ticket_expires_at=claims.expires_at,
        )

    def _decide(self, work: Work, call: NewCall, *, route: NumberRoute) -> CallTicket | Refusal:
        now = self._clock.now()
        place = call.place
        verdict = _refusal(route)
        if verdict is None and self._minutes.used_up(work, place.tenant_id, at=now):
            verdict = RefusalReason.MINUTES_USED_UP
        verdict = verdict or self._seat(place, route)
        if isinstance(verdict, Lease):
            opened = EventRow.control(
                ControlEvent.OPENED,
                at=now,
                carrier=call.carrier.value,
                counted=not verdict.degraded,
            )
            self._history.append(work, place, events=[opened])
            return self._ticket(
                place,
                claims=TicketClaims(
                    call_id=place.call_id,
                    key_id=call.ticket_key_id,
                    expires_at=call.ticket_expires_at,
                ),
                fallback_number=call.fallback_number,
            )
        self._calls.refuse(work, place, reason=verdict, now=now)
        if verdict is RefusalReason.TENANT_FULL:
            limit = route.tenant_max_concurrent_calls
            self._outbox.append(work, full(place, limit=limit, at=now))
        refused = EventRow.control(ControlEvent.REFUSED, at=now, reason=verdict.value)
        self._history.append(work, place, events=[refused])
        return Refusal(reason=verdict, call_id=place.call_id, fallback_number=call.fallback_number)

    def _seat(self, place: CallPlace, route: NumberRoute) -> Lease | RefusalReason:
        limits = Limits(
            tenant=route.tenant_max_concurrent_calls, agency=route.agency_max_concurrent_calls
        )
        return self._admission.reserve(
            place.agency_id, place.tenant_id, call=place.call_id, limits=limits
        )

    def _again(self, known: OpenedCall) -> CallTicket | Refusal:
        if known.refusal_reason is not None:
            return Refusal(
                reason=known.refusal_reason,
                call_id=known.id,
                fallback_number=known.fallback_number,
            )
        if known.ticket_key_id is None or known.ticket_expires_at is None:
            raise CallNotFound  # a call that no webhook opened, such as a browser's
        return self._ticket(
            CallPlace(call_id=known.id, agency_id=known.agency_id, tenant_id=known.tenant_id),
            claims=TicketClaims(
                call_id=known.id,
                key_id=known.ticket_key_id,
                expires_at=known.ticket_expires_at,
            ),
            fallback_number=known.fallback_number,
        )

    def _ticket(
        self, place: CallPlace, *, claims: TicketClaims, fallback_number: str | None
    ) -> CallTicket:
        return CallTicket(
            call_id=place.call_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            ticket=self._tickets.sign(claims),
            expires_at=claims.expires_at,
            fallback_number=fallback_number,
        )

    # -- answering ---------------------------------------------------------------------------

    def _why_not(self, work: Work, use: TicketUse) -> TicketInvalid | TicketUsed:
        state = self._calls.ticket_state(work, use)
        if state is not None and state.another:
            return TicketInvalid("The ticket belongs to another call.")
        if state is not None and state.used:
            return TicketUsed()
        if state is not None and state.ended:
            return TicketInvalid("The call of this ticket is over.")
        return TicketInvalid()

    def _setup(self, work: Work, call_id: UUID) -> CallSetup:
        setup = self._calls.setup(work, call_id)
        if setup is None:
            raise CallNotFound
        return setup

    def _configured(self, work: Work, setup: CallSetup) -> CallConfig:
        if setup.agent_version_id is None:
            raise CallNotFound("This call was opened without an agent.")
        agent = self._agents.of_version(
            work,
            tenant_id=setup.tenant_id,
            version_id=setup.agent_version_id,
            at=setup.initiated_at,
        )
        return CallConfig(
            call_id=setup.id,
            agency_id=setup.agency_id,
            tenant_id=setup.tenant_id,
            carrier=setup.carrier,
            external_id=setup.external_id,
            direction=setup.direction,
            from_number=setup.from_number,
            to_number=setup.to_number,
            tenant_name=agent.tenant_name,
            timezone=agent.timezone,
            transfer_number=agent.transfer_number or setup.fallback_number,
            agent=agent.config,
            hours=agent.hours,
            holidays=agent.holidays,
        )


def _place(setup: CallSetup) -> CallPlace:
    return CallPlace(call_id=setup.id, agency_id=setup.agency_id, tenant_id=setup.tenant_id)


def _refusal(route: NumberRoute) -> RefusalReason | None:
    if route.agency_status is not AgencyStatus.ACTIVE:
        return RefusalReason.AGENCY_SUSPENDED
    if route.tenant_status is not TenantStatus.ACTIVE:
        return RefusalReason.TENANT_SUSPENDED
    if route.agent_version_id is None:
        return RefusalReason.NO_AGENT
    return None
