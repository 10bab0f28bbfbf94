"""Opt-outs: who is never called, and who may be again."""

from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.opt_outs.errors import OptedOutAlready, OptOutNotFound
from aiconnected.opt_outs.models import OptOut
from aiconnected.opt_outs.repository import OptOutRepository


class OptOutService:
    """What can be done with an opt-out. The number itself stays out of the audit log."""

    def __init__(self, opt_outs: OptOutRepository, audit: AuditService) -> None:
        self._opt_outs, self._audit = opt_outs, audit

    def page(self, work: Work, wanted: ListQuery) -> Page[OptOut]:
        """Opt-outs within the scope."""
        return self._opt_outs.page(work, wanted)

    def get(self, work: Work, opt_out_id: UUID) -> OptOut:
        """The opt-out; raises `OptOutNotFound`, also for one outside the scope."""
        found = self._opt_outs.by_id(work, opt_out_id)
        if found is None:
            raise OptOutNotFound
        return found

    def has(self, work: Work, tenant_id: UUID, *, phone_number: str) -> bool:
        """Whether this person (E.164) asked the client not to be called."""
        return self._opt_outs.has(work, tenant_id, phone_number=phone_number)

    def add(self, work: Work, owner: Owner, *, phone_number: str, reason: str = "") -> OptOut:
        """Put a number (E.164) on the client's list; raises `OptedOutAlready`."""
        opt_out_id = new_id()
        try:
            with work.savepoint():
                self._opt_outs.insert(
                    work, owner, opt_out_id=opt_out_id, phone_number=phone_number, reason=reason
                )
        except UniqueViolation as exc:
            raise OptedOutAlready from exc
        added = self.get(work, opt_out_id)
        self._record(work, "opt_out.added", added)
        return added

    def delete(self, work: Work, opt_out_id: UUID) -> None:
        """Take a number off the list; raises `OptOutNotFound`."""
        found = self.get(work, opt_out_id)
        if not self._opt_outs.delete(work, found.tenant_id, opt_out_id=opt_out_id):
            raise OptOutNotFound
        self._record(work, "opt_out.removed", found)

    def _record(self, work: Work, action: str, opt_out: OptOut) -> None:
        change = Change(action=action, resource_type="opt_out", resource_id=opt_out.id)
        self._audit.record(work, change, agency_id=opt_out.agency_id, tenant_id=opt_out.tenant_id)
