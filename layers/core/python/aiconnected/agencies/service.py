"""Agencies: made and suspended by the platform, read by their own people."""

from uuid import UUID

from aiconnected.agencies.errors import AgencyNotFound, AgencySlugTaken
from aiconnected.agencies.models import Agency, AgencyStatus, NewAgency
from aiconnected.agencies.repository import AgencyRepository
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.ids import new_id


class AgencyService:
    """What can be done with an agency."""

    def __init__(self, agencies: AgencyRepository, audit: AuditService) -> None:
        self._agencies, self._audit = agencies, audit

    def get(self, work: Work, agency_id: UUID) -> Agency:
        """The agency; raises `AgencyNotFound`."""
        agency = self._agencies.by_id(work, agency_id)
        if agency is None:
            raise AgencyNotFound
        return agency

    def find(self, work: Work, slug: str) -> UUID | None:
        """Id of the agency that has this slug."""
        return self._agencies.id_by_slug(work, slug)

    def add(self, work: Work, new: NewAgency) -> UUID:
        """Make an agency, in the platform's scope; raises `AgencySlugTaken`."""
        agency_id = new_id()
        try:
            with work.savepoint():
                self._agencies.insert(work, agency_id, new=new)
        except UniqueViolation as exc:
            raise AgencySlugTaken from exc
        self._audit.record(
            work,
            Change(action="agency.created", resource_type="agency", resource_id=agency_id),
            agency_id=agency_id,
        )
        return agency_id

    def set_status(self, work: Work, agency_id: UUID, *, status: AgencyStatus) -> None:
        """Suspend, cancel or reactivate, in the platform's scope; raises `AgencyNotFound`."""
        before = self.get(work, agency_id).status
        self._agencies.set_status(work, agency_id, status=status)
        change = Change(
            action="agency.status_changed",
            resource_type="agency",
            resource_id=agency_id,
            changes={"status": (before, status)},
        )
        self._audit.record(work, change, agency_id=agency_id)
