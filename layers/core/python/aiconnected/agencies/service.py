"""Agencies: made and suspended by the platform, read and described by their own people."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from aiconnected.agencies.errors import (
    AgencyHasTenants,
    AgencyNameTaken,
    AgencyNotFound,
    FieldOfThePlatform,
)
from aiconnected.agencies.models import OWN_FIELDS, Agency, AgencyStatus, NewAgency
from aiconnected.agencies.repository import AgencyRepository
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected


class AgencyService:
    """What can be done with an agency."""

    def __init__(self, agencies: AgencyRepository, audit: AuditService, clock: Clock) -> None:
        self._agencies, self._audit, self._clock = agencies, audit, clock

    def get(self, work: Work, agency_id: UUID) -> Agency:
        """The agency; raises `AgencyNotFound`."""
        agency = self._agencies.by_id(work, agency_id)
        if agency is None:
            raise AgencyNotFound
        return agency

    def page(self, work: Work, wanted: ListQuery) -> Page[Agency]:
        """Agencies within the scope: all of them for the platform, else one's own."""
        return self._agencies.page(work, wanted)

    def find(self, work: Work, slug: str) -> UUID | None:
        """Id of the agency that has this slug."""
        return self._agencies.id_by_slug(work, slug)

    def serves(self, work: Work, domain: str) -> bool:
        """Whether pages of this domain are an agency's, and shown to be; the platform's scope."""
        return self._agencies.serves(work, domain)

    def add(self, work: Work, new: NewAgency) -> UUID:
        """Make an agency, in the platform's scope; raises `AgencyNameTaken`."""
        agency_id = new_id()
        try:
            with work.savepoint():
                self._agencies.insert(work, agency_id, new=new)
        except UniqueViolation as exc:
            raise AgencyNameTaken from exc
        self._record(work, "agency.created", agency_id)
        return agency_id

    def change(
        self,
        work: Work,
        agency_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Agency:
        """The agency with `changes` by field.

        Raises `AgencyNotFound`, `Stale`, `AgencyNameTaken`; `FieldOfThePlatform` when the agency's
        own people touch what is not theirs to change (T10).
        """
        before = self._locked(work, agency_id)
        expected.check(before)
        changes = differences(before, changes)
        if not work.scope.is_platform and (foreign := changes.keys() - OWN_FIELDS):
            raise FieldOfThePlatform(fields=foreign)
        try:
            with work.savepoint():
                self._agencies.change(work, agency_id, changes=_flat(changes))
        except UniqueViolation as exc:
            raise AgencyNameTaken from exc
        if changes:
            self._record(work, "agency.updated", agency_id, changes=changes)
        return self.get(work, agency_id)

    def set_status(self, work: Work, agency_id: UUID, *, status: AgencyStatus) -> None:
        """Suspend, cancel or reactivate, in the platform's scope; raises `AgencyNotFound`."""
        before = self._locked(work, agency_id).status
        self._agencies.set_status(work, agency_id, status=status)
        self._record(work, "agency.status_changed", agency_id, changes={"status": (before, status)})

    def delete(self, work: Work, agency_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it, in the platform's scope.

        Raises `AgencyNotFound`, `Stale`, `AgencyHasTenants`.
        """
        expected.check(self._locked(work, agency_id))
        if self._agencies.has_tenants(work, agency_id):
            raise AgencyHasTenants
        self._agencies.delete(work, agency_id, now=self._clock.now())
        self._record(work, "agency.deleted", agency_id)

    def by_customer(self, work: Work, customer_id: str) -> UUID | None:
        """The agency that a customer of the payment provider's is, in the platform's scope."""
        return self._agencies.by_customer(work, customer_id)

    def exists(self, work: Work, agency_id: UUID) -> bool:
        """Whether there is such an agency."""
        return self._agencies.by_id(work, agency_id) is not None

    def link_customer(self, work: Work, agency_id: UUID, *, customer_id: str) -> None:
        """Say which customer of the payment provider's it is, in the platform's scope."""
        if self._agencies.link_customer(work, agency_id, customer_id=customer_id):
            self._record(work, "agency.customer_linked", agency_id)

    def unverified(self, work: Work, *, before: datetime, limit: int) -> list[UUID]:
        """Sign-ups of before that moment that nobody has proved, in the platform's scope."""
        return self._agencies.unverified(work, before=before, limit=limit)

    def purge_unverified(self, work: Work, agency_id: UUID, *, people: int) -> bool:
        """Destroy one whose `people` are gone; False for one that was proved after all."""
        if not self._agencies.destroy_unverified(work, agency_id):
            return False
        self._record(work, "agency.purged", agency_id, changes={"users": (people, 0)})
        return True

    def _locked(self, work: Work, agency_id: UUID) -> Agency:
        agency = self._agencies.lock(work, agency_id)
        if agency is None:
            raise AgencyNotFound
        return agency

    def _record(
        self,
        work: Work,
        action: str,
        agency_id: UUID,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action, resource_type="agency", resource_id=agency_id, changes=changes or {}
        )
        self._audit.record(work, change, agency_id=agency_id)


def _flat(changes: Mapping[str, tuple[object, object]]) -> dict[str, object]:
    return {name: after for name, (_, after) in changes.items()}
