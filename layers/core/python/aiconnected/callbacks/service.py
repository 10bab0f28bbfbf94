"""Callbacks: promised, moved, taken back."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.callbacks.errors import CallbackNotFound, CallbackSettled, ForeignReference
from aiconnected.callbacks.models import Callback, CallbackStatus, NewCallback
from aiconnected.callbacks.repository import CallbackRepository
from aiconnected.db import ForeignKeyViolation, Work
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected


class CallbackService:
    """What can be done with a callback. What callers said stays out of the audit log."""

    def __init__(self, callbacks: CallbackRepository, audit: AuditService) -> None:
        self._callbacks, self._audit = callbacks, audit

    def page(self, work: Work, wanted: ListQuery) -> Page[Callback]:
        """Callbacks within the scope."""
        return self._callbacks.page(work, wanted)

    def get(self, work: Work, callback_id: UUID) -> Callback:
        """The callback; raises `CallbackNotFound`, also for one outside the scope."""
        found = self._callbacks.by_id(work, callback_id)
        if found is None:
            raise CallbackNotFound
        return found

    def add(self, work: Work, owner: Owner, *, new: NewCallback) -> Callback:
        """Promise a call; raises `ForeignReference`."""
        callback_id = new_id()
        with _of_the_client(work):
            self._callbacks.insert(work, owner, callback_id=callback_id, new=new)
        added = self.get(work, callback_id)
        self._record(work, "callback.created", added)
        return added

    def change(
        self,
        work: Work,
        callback_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Callback:
        """The callback with `changes` by field.

        Raises `CallbackNotFound`, `Stale`, `CallbackSettled`, `ForeignReference`.
        """
        before = self._open(work, callback_id, expected=expected)
        pairs = differences(before, changes)
        with _of_the_client(work):
            self._callbacks.change(
                work, before, changes={name: after for name, (_, after) in pairs.items()}
            )
        if pairs:
            told = {name: pair for name, pair in pairs.items() if name in _TOLD}
            self._record(work, "callback.updated", before, changes=told)
        return self.get(work, callback_id)

    def cancel(self, work: Work, callback_id: UUID, *, expected: Expected = ANY) -> None:
        """Take it back; raises `CallbackNotFound`, `Stale`, `CallbackSettled`."""
        before = self._open(work, callback_id, expected=expected)
        self._callbacks.change(work, before, changes={"status": CallbackStatus.CANCELLED})
        self._record(work, "callback.cancelled", before)

    def _open(self, work: Work, callback_id: UUID, *, expected: Expected) -> Callback:
        found = self._callbacks.lock(work, callback_id)
        if found is None:
            raise CallbackNotFound
        expected.check(found)
        if found.status is not CallbackStatus.PENDING:
            raise CallbackSettled
        return found

    def _record(
        self,
        work: Work,
        action: str,
        callback: Callback,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="callback",
            resource_id=callback.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=callback.agency_id, tenant_id=callback.tenant_id)


_TOLD = frozenset({"scheduled_for", "agent_id", "status"})
_REFERENCES = {"fk_callbacks_calls": "call_id", "fk_callbacks_agents": "agent_id"}


@contextmanager
def _of_the_client(work: Work) -> Generator[None]:
    try:
        with work.savepoint():
            yield
    except ForeignKeyViolation as exc:
        field = _REFERENCES.get(exc.diag.constraint_name or "", "tenant_id")
        raise ForeignReference(field=field) from exc
