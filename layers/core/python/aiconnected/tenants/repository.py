"""Repository of tenants: every SQL statement about a tenant."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.tenants.models import (
    AGENCY_FIELDS,
    OWN_FIELDS,
    TENANTS,
    Branding,
    NewTenant,
    Quota,
    Tenant,
    TenantStatus,
)

SQL = Queries.beside(__file__)
_COLUMNS = OWN_FIELDS | AGENCY_FIELDS


class TenantRepository:
    """Reads and writes tenants."""

    def by_id(self, work: Work, tenant_id: UUID) -> Tenant | None:
        """The tenant, unless deleted."""
        return work.row(SQL["by_id"], Tenant, tenant_id=tenant_id)

    def lock(self, work: Work, tenant_id: UUID) -> Tenant | None:
        """The tenant, deleted or not, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Tenant, tenant_id=tenant_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[Tenant]:
        """Those that were asked for."""
        deleted = True in wanted.values("is_deleted")
        return page(work, SQL["page"], Tenant, of=TENANTS, wanted=wanted, deleted=deleted)

    def id_by_slug(self, work: Work, *, agency_id: UUID, slug: str) -> UUID | None:
        """The tenant's id, unless deleted."""
        return work.value(SQL["id_by_slug"], UUID, agency_id=agency_id, slug=slug)

    def hold_agency(self, work: Work, agency_id: UUID) -> Quota | None:
        """What the agency may have, under its lock."""
        return work.row(SQL["hold_agency"], Quota, agency_id=agency_id)

    def count(self, work: Work, agency_id: UUID) -> int:
        """How many tenants the agency has."""
        return work.value(SQL["count"], int, agency_id=agency_id) or 0

    def insert(self, work: Work, tenant_id: UUID, *, new: NewTenant) -> None:
        """Add it; raises UniqueViolation when the slug is taken."""
        work.run(SQL["insert"], tenant_id=tenant_id, **asdict(new))

    def change(self, work: Work, tenant_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the slug is taken."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, tenant_id=tenant_id)

    def set_status(self, work: Work, tenant_id: UUID, *, status: TenantStatus) -> None:
        """Suspend, cancel or reactivate."""
        work.run(SQL["set_status"], tenant_id=tenant_id, status=status)

    def has_numbers(self, work: Work, tenant_id: UUID) -> bool:
        """Whether telephone numbers lead to it."""
        return bool(work.value(SQL["has_numbers"], bool, tenant_id=tenant_id))

    def delete(self, work: Work, tenant_id: UUID, *, now: datetime, purge_after: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], tenant_id=tenant_id, now=now, purge_after=purge_after)

    def restore(self, work: Work, tenant_id: UUID) -> None:
        """Take the deletion back; raises UniqueViolation when the slug is taken meanwhile."""
        work.run(SQL["restore"], tenant_id=tenant_id)

    def branding(self, work: Work, tenant_id: UUID) -> Branding | None:
        """How its agency shows itself."""
        return work.row(SQL["branding"], Branding, tenant_id=tenant_id)
