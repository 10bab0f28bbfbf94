"""Closing of a call: its row, its legs, its lease, and the message that sets off the jobs."""

from datetime import datetime

from aiconnected.calls import telling
from aiconnected.calls.control import ControlEvent, EventRow
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.repository import CallPlace, CallRepository, Ending
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import CallEnded
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ErrorCode
from aiconnected.outbox.service import Outbox

_STATUS = {
    "completed": CallStatus.COMPLETED,
    "transferred": CallStatus.TRANSFERRED,
    "abandoned": CallStatus.ABANDONED,
    "failed": CallStatus.FAILED,
}


class CallClosing:
    """Works within the caller's unit of work: a call is closed with the fact that it has ended."""

    def __init__(
        self,
        calls: CallRepository,
        history: HistoryRepository,
        *,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._history = history
        self._outbox = outbox
        self._clock = clock

    def by_owner(self, work: Work, place: CallPlace, *, envelope: Envelope, end: CallEnded) -> None:
        """The owner says how the call ended: its word holds over the reaper's or the carrier's."""
        # An outcome that we do not know comes from a later version: the call did end.
        status = _STATUS.get(end.outcome, CallStatus.COMPLETED)
        self._calls.end(work, place, ending=_ending(status, end))
        self._outbox.append(work, envelope)
        self._outbox.append(work, telling.over(place, end=end))

    def announce(self, work: Work, envelope: Envelope) -> None:
        """Something that a job waits for has come after the end, such as the recording."""
        self._outbox.append(work, envelope)

    def by_us(
        self,
        work: Work,
        place: CallPlace,
        *,
        status: CallStatus,
        reason: str,
        ended_at: datetime,
    ) -> None:
        """The owner is lost, or there never was one."""
        code = ErrorCode.SRV_INTERNAL_ERROR.value if status is CallStatus.FAILED else ""
        end = CallEnded(outcome=status.value, reason=reason, error_code=code, ended_at=ended_at)
        now = self._clock.now()
        envelope = Envelope.of(
            end,
            at=now,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
        )
        event = EventRow.control(ControlEvent.CLOSED, at=now, status=status.value, reason=reason)
        self._calls.end(work, place, ending=_ending(status, end))
        self._history.append(work, place, events=[event])
        self._outbox.append(work, envelope)
        self._outbox.append(work, telling.over(place, end=end))


def _ending(status: CallStatus, end: CallEnded) -> Ending:
    return Ending(
        state=CallState.FAILED if status is CallStatus.FAILED else CallState.ENDED,
        status=status,
        outcome=end.outcome,
        reason=end.reason,
        error_code=end.error_code,
        answered_at=end.answered_at,
        ended_at=end.ended_at,
    )
