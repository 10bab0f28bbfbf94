"""Service of reading calls: lists, one call with all about it, its words, its audio."""

from uuid import UUID

from aiconnected.calls.errors import CallNotFound
from aiconnected.calls.reads import CallReadRepository
from aiconnected.calls.views import (
    Call,
    CallDetail,
    CallEvent,
    Turn,
)
from aiconnected.db import Work
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.recordings.library import RecordingLibrary
from aiconnected.recordings.models import RecordingLink
from aiconnected.usage.service import UsageService


class CallReader:
    """Works within the caller's unit of work, whose scope says which calls there are.

    Money is read `with_money` only: for those who see the bills (PRD 15.2).
    """

    def __init__(
        self, calls: CallReadRepository, *, usage: UsageService, recordings: RecordingLibrary
    ) -> None:
        self._calls = calls
        self._usage = usage
        self._recordings = recordings

    def page(self, work: Work, wanted: ListQuery, *, with_money: bool = False) -> Page[Call]:
        """Calls within the scope.

        A search finds words of the transcript, the caller's number, the outcome; of its matches the
        thousand newest within the asked `initiated_at`, which a cursor goes on behind.
        """
        return self._calls.page(work, wanted, with_money=with_money)

    def call(self, work: Work, call_id: UUID, *, with_money: bool = False) -> Call:
        """One call; raises `CallNotFound`, also for one outside the scope."""
        call = self._calls.call(work, call_id, with_money=with_money)
        if call is None:
            raise CallNotFound
        return call

    def get(self, work: Work, call_id: UUID, *, with_money: bool = False) -> CallDetail:
        """One call with legs, events, transfers and its bill; raises `CallNotFound`."""
        call = self.call(work, call_id, with_money=with_money)
        tenant_id = call.tenant_id
        return CallDetail(
            call=call,
            legs=tuple(self._calls.legs(work, tenant_id, call_id=call_id)),
            events=tuple(self._calls.events(work, tenant_id, call_id=call_id)),
            transfers=tuple(self._calls.transfers(work, tenant_id, call_id=call_id)),
            bill=self._usage.cost_of(work, tenant_id=tenant_id, call_id=call_id),
        )

    def events(self, work: Work, call_id: UUID) -> list[CallEvent]:
        """What happened, in order; raises `CallNotFound`."""
        call = self.call(work, call_id)
        return self._calls.events(work, call.tenant_id, call_id=call_id)

    def transcript(self, work: Work, call_id: UUID) -> list[Turn]:
        """What was said so far, in order; raises `CallNotFound`."""
        call = self.call(work, call_id)
        return self._calls.turns(work, call.tenant_id, call_id=call_id)

    def recording(self, work: Work, call_id: UUID) -> RecordingLink:
        """The audio under a link of five minutes, which is noted in the audit log.

        Raises `CallNotFound`; `RecordingNotFound` when there is none or it is still on its host.
        """
        call = self.call(work, call_id)
        recording = self._recordings.of_call(work, call.tenant_id, call_id=call_id)
        return self._recordings.lend(work, recording)
