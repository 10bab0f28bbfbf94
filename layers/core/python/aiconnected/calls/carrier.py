"""Service of what carriers tell of an opened call: its stream is over, its status changed."""

import time
from collections.abc import Callable
from datetime import datetime

from aiconnected.calls import telling
from aiconnected.calls.aftermath import Aftermath, Next, Standing, decide, fall_back
from aiconnected.calls.closing import CallClosing
from aiconnected.calls.control import ControlEvent, EventRow
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.models import Carrier, CarrierStatus, Direction
from aiconnected.calls.repository import CallRepository, StandingRow
from aiconnected.calls.state import CallStatus
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.live.admission import Admission, Seat

# The stream ends a moment before the owner's last facts are in Postgres.
PATIENCE_S = 2.0
POLL_S = 0.1
_OPEN = frozenset(
    {CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.ON_HOLD, CallStatus.TRANSFERRING}
)
_TRANSFER_OUTCOME = {
    CarrierStatus.COMPLETED: "accepted",
    CarrierStatus.ANSWERED: "accepted",
    CarrierStatus.BUSY: "busy",
    CarrierStatus.NO_ANSWER: "no_answer",
}


class CarrierService:
    """Opens its own units of work and holds none while it waits."""

    def __init__(
        self,
        calls: CallRepository,
        history: HistoryRepository,
        *,
        closing: CallClosing,
        admission: Admission,
        database: Database,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = calls
        self._history = history
        self._closing = closing
        self._admission = admission
        self._database = database
        self._clock = clock
        self._sleep = sleep

    def aftermath(
        self,
        carrier: Carrier,
        external_id: str,
        *,
        dial_status: CarrierStatus | None = None,
    ) -> Aftermath:
        """What the carrier does with the caller now that the media stream is over.

        `dial_status` says what became of the number that an earlier aftermath or the owner had it
        dial; then the call is over. While the owner still has the call its last facts are waited
        for, two seconds at most; then the caller goes to the fallback number.
        """
        if dial_status is not None:
            self._dialled(carrier, external_id, status=dial_status)
            return Aftermath(next=Next.HANG_UP)
        give_up = self._clock.monotonic() + PATIENCE_S
        while True:
            patient = self._clock.monotonic() < give_up
            decided = self._decided(carrier, external_id, patient=patient)
            if decided is not None:
                return decided
            self._sleep(POLL_S)

    def status_changed(
        self,
        carrier: Carrier,
        external_id: str,
        *,
        status: CarrierStatus,
        at: datetime | None = None,
    ) -> bool:
        """Keep what the carrier says; False for a call we do not know.

        A call that is over for the carrier and has no owner is closed: nobody else would tell.
        """
        now = self._clock.now()
        with self._database.work(Scope.platform("carrier status")) as work:
            standing = self._calls.standing(work, carrier, external_id=external_id)
            if standing is None:
                return False
            event = EventRow.control(ControlEvent.CARRIER_STATUS, at=at or now, status=status.value)
            self._history.append(work, standing.place, events=[event])
            closed = status.over and self._orphaned(standing, now=now)
            if closed:
                self._close(work, standing, ended_at=at or now, told=status)
        if closed:
            self._leave(standing)
        return True

    def _decided(self, carrier: Carrier, external_id: str, *, patient: bool) -> Aftermath | None:
        now = self._clock.now()
        with self._database.work(Scope.platform("call aftermath")) as work:
            standing = self._calls.standing(work, carrier, external_id=external_id)
            if standing is None:
                return Aftermath(next=Next.HANG_UP, after_failure=True)
            decided = decide(_standing(standing), now=now)
            if decided is None and not patient:
                decided = fall_back(standing.fallback_number)
            if decided is None:
                return None
            event = EventRow.control(
                ControlEvent.AFTERMATH,
                at=now,
                next=decided.next.value,
                reason=decided.reason.value if decided.reason else "",
                was=standing.status.value,
            )
            self._history.append(work, standing.place, events=[event])
            closed = decided.after_failure and self._orphaned(standing, now=now)
            if closed:
                self._close(work, standing, ended_at=now)
        if closed:
            self._leave(standing)
        return decided

    def _dialled(self, carrier: Carrier, external_id: str, *, status: CarrierStatus) -> None:
        now = self._clock.now()
        with self._database.work(Scope.platform("transfer outcome")) as work:
            standing = self._calls.standing(work, carrier, external_id=external_id)
            if standing is None:
                return
            outcome = _TRANSFER_OUTCOME.get(status, "failed")
            ended = self._history.end_transfers(work, standing.place, outcome=outcome, now=now)
            event = EventRow.control(ControlEvent.AFTERMATH, at=now, dialled=status.value)
            self._history.append(work, standing.place, events=[event])
            if ended:
                message = telling.transfer_over(
                    standing.place, outcome=outcome, at=now, step="dialled"
                )
                self._closing.announce(work, message)

    def _orphaned(self, standing: StandingRow, *, now: datetime) -> bool:
        lease = standing.lease_expires_at
        return standing.status in _OPEN and (lease is None or lease <= now)

    def _close(
        self,
        work: Work,
        standing: StandingRow,
        *,
        ended_at: datetime,
        told: CarrierStatus | None = None,
    ) -> None:
        lost = standing.lease_expires_at is not None
        reason = "owner_lost" if lost else "never_attached"
        if not lost and told is not None and standing.direction is Direction.OUTBOUND:
            reason = told.value.replace("-", "_")  # busy, no_answer: what the client wants to know
        self._closing.by_us(
            work,
            standing.place,
            status=CallStatus.FAILED if lost else CallStatus.ABANDONED,
            reason=reason,
            ended_at=ended_at,
        )

    def _leave(self, standing: StandingRow) -> None:
        place = standing.place
        seat = Seat(agency_id=place.agency_id, tenant_id=place.tenant_id, call_id=place.call_id)
        self._admission.release(seat)


def _standing(row: StandingRow) -> Standing:
    return Standing(
        status=row.status,
        fallback_number=row.fallback_number,
        transfer_target=row.transfer_target,
        lease_expires_at=row.lease_expires_at,
    )
