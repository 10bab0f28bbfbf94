"""Scopes of tenants: from a tenant's id to the scope of a unit of work for it."""

import threading
from uuid import UUID

from aiconnected.db import Database, Scope
from aiconnected.tenants.errors import TenantNotFound
from aiconnected.tenants.repository import TenantRepository


class TenantScopes:
    """Remembers each tenant's agency, which never changes. Safe to share between threads."""

    def __init__(self, tenants: TenantRepository, *, database: Database) -> None:
        self._tenants = tenants
        self._database = database
        self._known: dict[UUID, Scope] = {}
        self._lock = threading.Lock()

    def of(self, tenant_id: UUID) -> Scope:
        """The tenant's own scope; raises `TenantNotFound`. No unit of work may be open."""
        with self._lock:
            known = self._known.get(tenant_id)
        if known is not None:
            return known
        with self._database.work(Scope.platform("find agency of tenant")) as work:
            tenant = self._tenants.by_id(work, tenant_id)
        if tenant is None:
            raise TenantNotFound
        scope = Scope(agency_id=tenant.agency_id, tenant_id=tenant_id)
        with self._lock:
            self._known[tenant_id] = scope
        return scope
