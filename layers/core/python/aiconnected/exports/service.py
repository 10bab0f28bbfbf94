"""Exports as people ask for them; a job makes them, see `aiconnected.exports.job`."""

from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Work
from aiconnected.exports.errors import ExportNotFound, ExportUnderWay
from aiconnected.exports.models import Export, ExportLink, ExportStatus
from aiconnected.exports.repository import ExportRepository
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.providers.object_store import ObjectStore
from aiconnected.tenants.service import TenantService

LINK = timedelta(hours=1)  # a new one with each look


class ExportService:
    """What can be done with an export."""

    def __init__(
        self,
        exports: ExportRepository,
        *,
        tenants: TenantService,
        objects: ObjectStore,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._exports, self._tenants, self._objects = exports, tenants, objects
        self._audit, self._clock = audit, clock

    def ask(self, work: Work, tenant_id: UUID) -> Export:
        """Have all that is kept of a tenant put together.

        Raises `TenantNotFound`, `TenantDeleted`, `ExportUnderWay`.
        """
        tenant = self._tenants.hold(work, tenant_id)
        if self._exports.under_way(work, tenant_id):
            raise ExportUnderWay
        export_id = new_id()
        self._exports.insert(work, export_id, agency_id=tenant.agency_id, tenant_id=tenant_id)
        export = self.get(work, tenant_id, export_id=export_id)
        self._record(work, "export.requested", export)
        return export

    def page(self, work: Work, tenant_id: UUID, *, wanted: ListQuery) -> Page[Export]:
        """The tenant's exports; raises `TenantNotFound`."""
        self._tenants.get(work, tenant_id)
        return self._exports.page(work, tenant_id, wanted=wanted)

    def get(self, work: Work, tenant_id: UUID, *, export_id: UUID) -> Export:
        """The export; raises `ExportNotFound`."""
        export = self._exports.by_id(work, tenant_id, export_id=export_id)
        if export is None:
            raise ExportNotFound
        return export

    def link(self, work: Work, tenant_id: UUID, *, export_id: UUID) -> ExportLink:
        """The export with a link to it, if it is there; who gets one is kept.

        Raises `ExportNotFound`, `ProviderError`.
        """
        export, now = self.get(work, tenant_id, export_id=export_id), self._clock.now()
        over = export.expires_at is None or export.expires_at <= now
        if export.status is not ExportStatus.READY or over:
            return ExportLink(export=export, url=None, url_expires_at=None)
        until = min(now + LINK, export.expires_at or now)
        url = self._objects.presign(
            bucket=export.bucket or "",
            key=export.object_key or "",
            filename=f"export-{export.created_at:%Y-%m-%d}.zip",
            content_type="application/zip",
            ttl=until - now,
        )
        self._record(work, "export.link_given", export)
        return ExportLink(export=export, url=url, url_expires_at=until)

    def _record(self, work: Work, action: str, export: Export) -> None:
        change = Change(action=action, resource_type="export", resource_id=export.id)
        self._audit.record(work, change, agency_id=export.agency_id, tenant_id=export.tenant_id)
