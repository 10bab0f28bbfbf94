"""Service of removing: a recording for good, a call from every list."""

from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.calls.errors import CallIsLive, CallNotFound
from aiconnected.calls.reads import CallReadRepository
from aiconnected.calls.removals import RemovalRepository
from aiconnected.calls.views import Call
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.recordings.library import RecordingLibrary


class CallRemover:
    """Works within the caller's unit of work; what was removed stays told in the audit log."""

    def __init__(
        self,
        removals: RemovalRepository,
        *,
        calls: CallReadRepository,
        recordings: RecordingLibrary,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._removals = removals
        self._calls = calls
        self._recordings = recordings
        self._audit = audit
        self._clock = clock

    def recording(self, work: Work, call_id: UUID) -> None:
        """Delete the audio for good; raises `CallNotFound` and what the library's `delete` does."""
        call = self._call(work, call_id)
        recording = self._recordings.of_call(work, call.tenant_id, call_id=call_id)
        self._recordings.delete(work, recording)

    def call(self, work: Work, call_id: UUID) -> None:
        """Take a call that is over out of every list; figures and bills keep it.

        Raises `CallNotFound`, `CallIsLive`.
        """
        call = self._call(work, call_id)
        if not self._removals.delete_call(
            work, call.tenant_id, call_id=call_id, now=self._clock.now()
        ):
            raise CallIsLive
        evidence: dict[str, tuple[object, object]] = {
            "status": (call.status, None),
            "initiated_at": (call.initiated_at.isoformat(), None),
        }
        self._record(work, "call.deleted", call, changes=evidence)

    def _call(self, work: Work, call_id: UUID) -> Call:
        call = self._calls.call(work, call_id)
        if call is None:
            raise CallNotFound
        return call

    def _record(
        self, work: Work, action: str, call: Call, *, changes: dict[str, tuple[object, object]]
    ) -> None:
        change = Change(action=action, resource_type="call", resource_id=call.id, changes=changes)
        self._audit.record(work, change, agency_id=call.agency_id, tenant_id=call.tenant_id)
