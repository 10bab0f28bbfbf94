"""Repository of tenants: every SQL statement about a tenant."""

from dataclasses import asdict
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.tenants.models import NewTenant, Tenant, TenantStatus

SQL = Queries.beside(__file__)


class TenantRepository:
    """Reads and writes tenants."""

    def by_id(self, work: Work, tenant_id: UUID) -> Tenant | None:
        """The tenant, unless deleted."""
        return work.row(SQL["by_id"], Tenant, tenant_id=tenant_id)

    def id_by_slug(self, work: Work, *, agency_id: UUID, slug: str) -> UUID | None:
        """The tenant's id, unless deleted."""
        return work.value(SQL["id_by_slug"], UUID, agency_id=agency_id, slug=slug)

    def insert(self, work: Work, tenant_id: UUID, *, new: NewTenant) -> None:
        """Add it; raises UniqueViolation when the slug is taken."""
        work.run(SQL["insert"], tenant_id=tenant_id, **asdict(new))

    def set_status(self, work: Work, tenant_id: UUID, *, status: TenantStatus) -> None:
        """Suspend, cancel or reactivate."""
        work.run(SQL["set_status"], tenant_id=tenant_id, status=status)
