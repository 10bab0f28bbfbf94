"""Tenants: made and suspended by their agency or the platform, described by their own people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from aiconnected.agencies.errors import AgencyNotFound
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock, SystemClock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.tenants.errors import (
    FieldOfTheAgency,
    NotDeleted,
    TenantDeleted,
    TenantHasNumbers,
    TenantNotFound,
    TenantQuotaReached,
    TenantQuotaTooHigh,
    TenantSlugTaken,
    UnknownTimezone,
)
from aiconnected.tenants.models import (
    DEFAULT_CALLS,
    OWN_FIELDS,
    Branding,
    NewTenant,
    Quota,
    Tenant,
    TenantStatus,
)
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.settings import TenantSettings, kept_settings, read_settings

GRACE = timedelta(days=30)


class TenantService:
    """What can be done with a tenant."""

    def __init__(
        self, tenants: TenantRepository, audit: AuditService, *, clock: Clock | None = None
    ) -> None:
        self._tenants, self._audit = tenants, audit
        self._clock = clock or SystemClock()

    def get(self, work: Work, tenant_id: UUID) -> Tenant:
        """The tenant; raises `TenantNotFound`, also for one outside the scope."""
        tenant = self._tenants.by_id(work, tenant_id)
        if tenant is None:
            raise TenantNotFound
        return tenant

    def page(self, work: Work, wanted: ListQuery) -> Page[Tenant]:
        """Tenants within the scope."""
        return self._tenants.page(work, wanted)

    def find(self, work: Work, *, agency_id: UUID, slug: str) -> UUID | None:
        """Id of the agency's tenant that has this slug."""
        return self._tenants.id_by_slug(work, agency_id=agency_id, slug=slug)

    def add(self, work: Work, new: NewTenant) -> UUID:
        """Make a tenant, within the agency's quota.

        Raises `AgencyNotFound`, `TenantQuotaReached`, `TenantQuotaTooHigh`, `TenantSlugTaken`,
        `UnknownTimezone`.
        """
        check_timezone(new.timezone)
        quota = self.room(work, new.agency_id)
        if not work.scope.is_platform and new.max_concurrent_calls > quota.max_concurrent_calls:
            raise TenantQuotaTooHigh
        tenant_id = new_id()
        try:
            with work.savepoint():
                self._tenants.insert(work, tenant_id, new=new)
        except UniqueViolation as exc:
            raise TenantSlugTaken from exc
        self._record(work, "tenant.created", tenant_id, agency_id=new.agency_id)
        return tenant_id

    def default_calls(self, work: Work, agency_id: UUID) -> int:
        """Calls at once for a tenant of whom nothing else is said; raises `AgencyNotFound`."""
        return min(DEFAULT_CALLS, self._quota(work, agency_id).max_concurrent_calls)

    def change(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Tenant:
        """The tenant with `changes` by field.

        Raises `TenantNotFound`, `Stale`, `TenantSlugTaken`, `TenantQuotaTooHigh`,
        `UnknownTimezone`; `FieldOfTheAgency` when its own people touch what is not theirs.
        """
        before = self.hold(work, tenant_id)
        expected.check(before)
        pairs = differences(before, changes)
        if work.scope.tenant_id is not None and (foreign := pairs.keys() - OWN_FIELDS):
            raise FieldOfTheAgency(fields=foreign)
        if "timezone" in pairs:
            check_timezone(str(pairs["timezone"][1]))
        if "max_concurrent_calls" in pairs and not work.scope.is_platform:
            self._within(work, before.agency_id, calls=pairs["max_concurrent_calls"][1])
        try:
            with work.savepoint():
                flat = {name: after for name, (_, after) in pairs.items()}
                self._tenants.change(work, tenant_id, changes=flat)
        except UniqueViolation as exc:
            raise TenantSlugTaken from exc
        if pairs:
            self._record(
                work, "tenant.updated", tenant_id, agency_id=before.agency_id, changes=pairs
            )
        return self.get(work, tenant_id)

    def settings(self, work: Work, tenant_id: UUID) -> TenantSettings:
        """What it has chosen; raises `TenantNotFound`."""
        tenant = self.get(work, tenant_id)
        return read_settings(tenant.settings, transfer_number=tenant.transfer_number)

    def put_settings(
        self, work: Work, tenant_id: UUID, *, settings: TenantSettings, expected: Expected = ANY
    ) -> Tenant:
        """Replace all of them; raises `TenantNotFound`, `Stale`."""
        changes = {
            "settings": kept_settings(settings),
            "transfer_number": settings.transfer.number,
        }
        return self.change(work, tenant_id, changes=changes, expected=expected)

    def set_status(
        self, work: Work, tenant_id: UUID, *, status: TenantStatus, expected: Expected = ANY
    ) -> Tenant:
        """Suspend, cancel or reactivate; raises `TenantNotFound`, `Stale`."""
        tenant = self.hold(work, tenant_id)
        expected.check(tenant)
        if status is not tenant.status:
            self._tenants.set_status(work, tenant_id, status=status)
            self._record(
                work,
                "tenant.status_changed",
                tenant_id,
                agency_id=tenant.agency_id,
                changes={"status": (tenant.status, status)},
            )
        return self.get(work, tenant_id)

    def delete(self, work: Work, tenant_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it: its people are signed out. For `GRACE` that can be taken back.

        Raises `TenantNotFound`, `Stale`, `TenantHasNumbers`.
        """
        tenant = self.hold(work, tenant_id)
        expected.check(tenant)
        if self._tenants.has_numbers(work, tenant_id):
            raise TenantHasNumbers
        now = self._clock.now()
        self._tenants.delete(work, tenant_id, now=now, purge_after=now + GRACE)
        self._record(work, "tenant.deleted", tenant_id, agency_id=tenant.agency_id)

    def restore(self, work: Work, tenant_id: UUID) -> Tenant:
        """Take the deletion back: it is active again, whatever it was before.

        Raises `TenantNotFound`, `NotDeleted`, `TenantQuotaReached`, `TenantSlugTaken`.
        """
        tenant = self._tenants.lock(work, tenant_id)
        if tenant is None:
            raise TenantNotFound
        if tenant.purge_after is None or tenant.purge_after <= self._clock.now():
            raise NotDeleted
        self.room(work, tenant.agency_id)
        try:
            with work.savepoint():
                self._tenants.restore(work, tenant_id)
        except UniqueViolation as exc:
            raise TenantSlugTaken from exc
        self._record(work, "tenant.restored", tenant_id, agency_id=tenant.agency_id)
        return self.get(work, tenant_id)

    def branding(self, work: Work, tenant_id: UUID) -> Branding:
        """How its agency shows itself to it; raises `TenantNotFound`."""
        found = self._tenants.branding(work, tenant_id)
        if found is None:
            raise TenantNotFound
        name = found.branding.get("display_name")
        return replace(found, agency_name=name) if isinstance(name, str) else found

    def hold(self, work: Work, tenant_id: UUID) -> Tenant:
        """The tenant, kept from other writers until the transaction ends.

        Raises `TenantNotFound`, `TenantDeleted`.
        """
        tenant = self._tenants.lock(work, tenant_id)
        if tenant is None:
            raise TenantNotFound
        if tenant.is_deleted:
            raise TenantDeleted
        return tenant

    def _quota(self, work: Work, agency_id: UUID) -> Quota:
        quota = self._tenants.hold_agency(work, agency_id)
        if quota is None:
            raise AgencyNotFound
        return quota

    def room(self, work: Work, agency_id: UUID) -> Quota:
        """The agency's quota, with room for one more tenant until the transaction ends.

        Raises `AgencyNotFound`, `TenantQuotaReached`.
        """
        quota = self._quota(work, agency_id)
        if self._tenants.count(work, agency_id) >= quota.max_tenants:
            raise TenantQuotaReached
        return quota

    def _within(self, work: Work, agency_id: UUID, *, calls: object) -> None:
        if isinstance(calls, int) and calls > self._quota(work, agency_id).max_concurrent_calls:
            raise TenantQuotaTooHigh

    def _record(
        self,
        work: Work,
        action: str,
        tenant_id: UUID,
        *,
        agency_id: UUID,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action, resource_type="tenant", resource_id=tenant_id, changes=changes or {}
        )
        self._audit.record(work, change, agency_id=agency_id, tenant_id=tenant_id)


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_timezone(name: str) -> None:
    """Raises `UnknownTimezone` for what is no zone of the IANA database, as PostgreSQL has it."""
    if name not in _timezones():
        raise UnknownTimezone
