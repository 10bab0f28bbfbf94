"""Service of outbound calls: whether one may be placed, and its placing."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.agents.service import AgentService
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.billing.minutes import MinuteQuota
from aiconnected.calls.calling_hours import CallingHours, zones_of
from aiconnected.calls.closing import CallClosing
from aiconnected.calls.control import ControlEvent, EventRow
from aiconnected.calls.errors import (
    CallNotFound,
    ClientSuspended,
    LinesBusy,
    MinutesUsedUp,
    NoNumber,
    NotCallable,
    OutsideCallingHours,
)
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.models import Direction
from aiconnected.calls.placed import PlacedCalls
from aiconnected.calls.placing import PlacingRepository
from aiconnected.calls.ports import CALL, Dialler, Dialling
from aiconnected.calls.reads import CallReadRepository
from aiconnected.calls.repository import CallPlace, CallRepository, NewCall
from aiconnected.calls.state import CallStatus
from aiconnected.calls.telling import started
from aiconnected.calls.tickets import TicketSigner
from aiconnected.calls.views import Call
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError
from aiconnected.kit.ids import new_id
from aiconnected.live.admission import Admission, Lease, Limits, Seat
from aiconnected.numbers.carriers import CAPABILITIES
from aiconnected.numbers.models import NumberStatus, PhoneNumber
from aiconnected.numbers.service import NumberService
from aiconnected.opt_outs.service import OptOutService
from aiconnected.tenants.models import Tenant, TenantStatus
from aiconnected.tenants.service import TenantService

RING_SECONDS = 40  # the seat is kept for a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who is to be called, by which agent, from which of the client's numbers."""

    tenant_id: UUID
    agent_id: UUID
    to: str  # E.164
    from_: str | None = None  # None is the agent's number, or else the client's first


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierUrls:
    """Where the carrier asks and tells; the call's id is added."""

    connect: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """The others that placing a call asks."""

    agencies: AgencyService
    tenants: TenantService
    agents: AgentService
    numbers: NumberService
    opt_outs: OptOutService
    minutes: MinuteQuota
    audit: AuditService


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is written of a call."""

    calls: CallRepository
    placing: PlacingRepository
    reads: CallReadRepository
    history: HistoryRepository
    closing: CallClosing


class OutboundCalls:
    """Opens its own units of work: none is held while the carrier is asked."""

    def __init__(
        self,
        records: Records,
        nouns: Nouns,
        *,
        placed: PlacedCalls,
        database: Database,
        dialler: Dialler,
        urls: CarrierUrls,
        admission: Admission,
        tickets: TicketSigner,
        clock: Clock,
    ) -> None:
        self._records = records
        self._nouns = nouns
        self._placed = placed
        self._database = database
        self._dialler = dialler
        self._urls = urls
        self._admission = admission
        self._tickets = tickets
        self._clock = clock

    def place(self, scope: Scope, order: Order) -> Call:
        """Begin to ring; the call as it then stands.

        Raises `TenantNotFound`, `AgentNotPublished`, `ClientSuspended`, `NoNumber`, `NotCallable`,
        `OutsideCallingHours`, `MinutesUsedUp`, `LinesBusy`, `CarrierRefused`, ProviderError. What
        the carrier did not take is kept as a failed call.
        """
        with self._database.work(scope) as work:
            call = self._opened(work, order)
        try:
            external_id = self._dialler.dial(self._dialling(call))
        except AppError as exc:
            self._failed(call.place, reason=exc.error_code.value)
            raise
        self._placed.name(call.place.call_id, external_id)
        with self._database.work(scope) as work:
            placed = self._records.reads.call(work, call.place.call_id)
        if placed is None:
            raise CallNotFound
        return placed

    # -- placing -------------------------------------------------------------------------------

    def _opened(self, work: Work, order: Order) -> NewCall:
        now = self._clock.now()
        tenant = self._nouns.tenants.get(work, order.tenant_id)
        self._permitted(work, tenant, order=order)
        agent = self._nouns.agents.published(
            work, tenant_id=tenant.id, agent_id=order.agent_id, at=now
        )
        number = self._number(work, order)
        place = CallPlace(call_id=new_id(), agency_id=tenant.agency_id, tenant_id=tenant.id)
        claims = self._tickets.claims(place.call_id, now=now)
        call = NewCall(
            place=place,
            phone_number_id=number.id,
            agent_id=order.agent_id,
            agent_version_id=agent.agent_version_id,
            carrier=number.carrier,
            external_id=str(place.call_id),
            direction=Direction.OUTBOUND,
            from_number=number.number,
            to_number=order.to,
            fallback_number=None,
            ticket_key_id=claims.key_id,
            ticket_expires_at=claims.expires_at,
        )
        lease = self._seated(work, tenant, call=call)
        self._records.calls.insert(work, call, now=now)
        event = EventRow.control(
            ControlEvent.OPENED,
            at=now,
            carrier=call.carrier.value,
            counted=not lease.degraded,
        )
        self._records.history.append(work, place, events=[event])
        self._records.closing.announce(work, started(call, at=now))
        change = Change(action="call.placed", resource_type="call", resource_id=place.call_id)
        self._nouns.audit.record(work, change, agency_id=place.agency_id, tenant_id=place.tenant_id)
        return call

    def _permitted(self, work: Work, tenant: Tenant, *, order: Order) -> None:
        now = self._clock.now()
        if tenant.status is not TenantStatus.ACTIVE:
            raise ClientSuspended
        if self._nouns.opt_outs.has(work, tenant.id, phone_number=order.to):
            raise NotCallable
        hours = CallingHours.of(self._nouns.tenants.settings(work, tenant.id).outbound)
        if not hours.permit(now, zones=zones_of(order.to, otherwise=tenant.timezone)):
            raise OutsideCallingHours
        if self._nouns.minutes.used_up(work, tenant.id, at=now):
            raise MinutesUsedUp

    def _number(self, work: Work, order: Order) -> PhoneNumber:
        usable = [
            number
            for number in self._nouns.numbers.of_tenant(work, order.tenant_id)
            if number.status is NumberStatus.ACTIVE and CAPABILITIES[number.carrier].outbound
            if order.from_ in {None, number.number}
        ]
        if not usable:
            raise NoNumber
        return next((each for each in usable if each.agent_id == order.agent_id), usable[0])

    def _seated(self, work: Work, tenant: Tenant, *, call: NewCall) -> Lease:
        agency = self._nouns.agencies.get(work, tenant.agency_id)
        limits = Limits(tenant=tenant.max_concurrent_calls, agency=agency.max_concurrent_calls)
        place = call.place
        lease = self._admission.reserve(
            place.agency_id, place.tenant_id, call=place.call_id, limits=limits
        )
        if not isinstance(lease, Lease):
            raise LinesBusy
        return lease

    def _dialling(self, call: NewCall) -> Dialling:
        which = urlencode({CALL: str(call.place.call_id)})
        return Dialling(
            from_=call.from_number,
            to=call.to_number,
            connect_url=f"{self._urls.connect}?{which}",
            status_url=f"{self._urls.status}?{which}",
            ring_seconds=RING_SECONDS,
        )

    def _failed(self, place: CallPlace, *, reason: str) -> None:
        scope = Scope(agency_id=place.agency_id, tenant_id=place.tenant_id)
        with self._database.work(scope) as work:
            self._records.closing.by_us(
                work,
                place,
                status=CallStatus.FAILED,
                reason=reason.lower(),
                ended_at=self._clock.now(),
            )
        self._admission.release(
            Seat(agency_id=place.agency_id, tenant_id=place.tenant_id, call_id=place.call_id)
        )
