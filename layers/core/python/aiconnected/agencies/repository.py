"""Repository of agencies: every SQL statement about an agency."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.agencies.models import AGENCIES, OWN_FIELDS, Agency, AgencyStatus, NewAgency
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = OWN_FIELDS | {
    "slug", "status", "billing_plan", "max_tenants", "max_concurrent_calls", "is_verified",
    "custom_domain_verified_at",
}  # fmt: skip


class AgencyRepository:
    """Reads and writes agencies."""

    def by_id(self, work: Work, agency_id: UUID) -> Agency | None:
        """The agency, unless deleted."""
        return work.row(SQL["by_id"], Agency, agency_id=agency_id)

    def lock(self, work: Work, agency_id: UUID) -> Agency | None:
        """The agency, unless deleted, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Agency, agency_id=agency_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[Agency]:
        """Those that were asked for."""
        return page(work, SQL["page"], Agency, of=AGENCIES, wanted=wanted)

    def id_by_slug(self, work: Work, slug: str) -> UUID | None:
        """The agency's id, unless deleted."""
        return work.value(SQL["id_by_slug"], UUID, slug=slug)

    def serves(self, work: Work, domain: str) -> bool:
        """Whether the domain is an agency's, and shown to be."""
        return bool(work.value(SQL["serves"], bool, domain=domain))

    def insert(self, work: Work, agency_id: UUID, *, new: NewAgency) -> None:
        """Add it; raises UniqueViolation when the slug is taken."""
        work.run(SQL["insert"], id=agency_id, **asdict(new))

    def set_status(self, work: Work, agency_id: UUID, *, status: AgencyStatus) -> bool:
        """Whether there was such an agency."""
        return work.run(SQL["set_status"], agency_id=agency_id, status=status) == 1

    def change(self, work: Work, agency_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when slug or domain is taken."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, agency_id=agency_id)

    def has_tenants(self, work: Work, agency_id: UUID) -> bool:
        """Whether clients depend on it."""
        return bool(work.value(SQL["has_tenants"], bool, agency_id=agency_id))

    def delete(self, work: Work, agency_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], agency_id=agency_id, now=now)

    def by_customer(self, work: Work, customer_id: str) -> UUID | None:
        """The agency that a customer of the payment provider's is."""
        return work.value(SQL["by_customer"], UUID, customer_id=customer_id)

    def link_customer(self, work: Work, agency_id: UUID, *, customer_id: str) -> bool:
        """Say which customer it is; False when that is known."""
        return work.run(SQL["link_customer"], agency_id=agency_id, customer_id=customer_id) == 1

    def unverified(self, work: Work, *, before: datetime, limit: int) -> list[UUID]:
        """Sign-ups of before that moment that nobody has proved, oldest first."""
        return work.values(SQL["unverified"], UUID, before=before, limit=limit)

    def destroy_unverified(self, work: Work, agency_id: UUID) -> bool:
        """Destroy one that has nobody left; False when there is no such."""
        return work.run(SQL["destroy_unverified"], agency_id=agency_id) == 1
