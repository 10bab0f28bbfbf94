"""Tenants: made and suspended by their agency or the platform."""

from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.ids import new_id
from aiconnected.tenants.errors import TenantNotFound, TenantSlugTaken
from aiconnected.tenants.models import NewTenant, Tenant, TenantStatus
from aiconnected.tenants.repository import TenantRepository


class TenantService:
    """What can be done with a tenant."""

    def __init__(self, tenants: TenantRepository, audit: AuditService) -> None:
        self._tenants, self._audit = tenants, audit

    def get(self, work: Work, tenant_id: UUID) -> Tenant:
        """The tenant; raises `TenantNotFound`, also for one outside the scope."""
        tenant = self._tenants.by_id(work, tenant_id)
        if tenant is None:
            raise TenantNotFound
        return tenant

    def find(self, work: Work, *, agency_id: UUID, slug: str) -> UUID | None:
        """Id of the agency's tenant that has this slug."""
        return self._tenants.id_by_slug(work, agency_id=agency_id, slug=slug)

    def add(self, work: Work, new: NewTenant) -> UUID:
        """Make a tenant; raises `TenantSlugTaken`."""
        tenant_id = new_id()
        try:
            with work.savepoint():
                self._tenants.insert(work, tenant_id, new=new)
        except UniqueViolation as exc:
            raise TenantSlugTaken from exc
        self._audit.record(
            work,
            Change(action="tenant.created", resource_type="tenant", resource_id=tenant_id),
            agency_id=new.agency_id,
            tenant_id=tenant_id,
        )
        return tenant_id

    def set_status(self, work: Work, tenant_id: UUID, *, status: TenantStatus) -> None:
        """Suspend, cancel or reactivate; raises `TenantNotFound`."""
        tenant = self.get(work, tenant_id)
        self._tenants.set_status(work, tenant_id, status=status)
        change = Change(
            action="tenant.status_changed",
            resource_type="tenant",
            resource_id=tenant_id,
            changes={"status": (tenant.status, status)},
        )
        self._audit.record(work, change, agency_id=tenant.agency_id, tenant_id=tenant_id)
