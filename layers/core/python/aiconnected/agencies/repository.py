"""Repository of agencies: every SQL statement about an agency."""

from dataclasses import asdict
from uuid import UUID

from aiconnected.agencies.models import Agency, AgencyStatus, NewAgency
from aiconnected.db import Queries, Work

SQL = Queries.beside(__file__)


class AgencyRepository:
    """Reads and writes agencies."""

    def by_id(self, work: Work, agency_id: UUID) -> Agency | None:
        """The agency, unless deleted."""
        return work.row(SQL["by_id"], Agency, agency_id=agency_id)

    def id_by_slug(self, work: Work, slug: str) -> UUID | None:
        """The agency's id, unless deleted."""
        return work.value(SQL["id_by_slug"], UUID, slug=slug)

    def insert(self, work: Work, agency_id: UUID, *, new: NewAgency) -> None:
        """Add it; raises UniqueViolation when the slug is taken."""
        work.run(SQL["insert"], id=agency_id, **asdict(new))

    def set_status(self, work: Work, agency_id: UUID, *, status: AgencyStatus) -> bool:
        """Whether there was such an agency."""
        return work.run(SQL["set_status"], agency_id=agency_id, status=status) == 1
