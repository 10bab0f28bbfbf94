"""The end of a deleted tenant: rows and objects are destroyed, evidence of it is kept."""

import logging
from contextlib import AbstractContextManager

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Database, Scope, Work
from aiconnected.db.owned import OWNED
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ProviderError
from aiconnected.providers.object_store import ObjectStore
from aiconnected.tenants.models import Doomed
from aiconnected.tenants.remains import RemainsRepository

logger = logging.getLogger(__name__)

BATCH = 5
TIMEOUT_MS = 600_000  # a large tenant's turns take minutes
_SCOPE = Scope.platform("purge tenant")


class TenantPurge:
    """Each table is a transaction of its own: a purge that dies half way is taken up again."""

    def __init__(
        self,
        remains: RemainsRepository,
        *,
        database: Database,
        objects: ObjectStore,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._remains, self._database = remains, database
        self._objects, self._audit, self._clock = objects, audit, clock

    def run(self) -> int:
        """Destroy tenants whose grace period is over: the scheduled job. How many there were."""
        with self._database.work(_SCOPE) as work:
            doomed = self._remains.doomed(work, now=self._clock.now(), limit=BATCH)
        done = 0
        for tenant in doomed:
            try:
                done += self._purge(tenant)
            except ProviderError:
                logger.exception("tenant not purged", extra={"tenant_id": str(tenant.id)})
        return done

    def _purge(self, tenant: Doomed) -> bool:
        counts = {"objects": self._delete_objects(tenant)}
        for table in reversed(OWNED):
            with self._work() as work:
                if not self._remains.still_doomed(work, tenant.id, now=self._clock.now()):
                    return False
                if table == "agents":  # numbers lead to them
                    counts["phone_numbers"] = self._remains.free_numbers(work, tenant.id)
                counts[table] = self._remains.delete_rows(work, tenant.id, table=table)
        with self._work() as work:
            self._remains.empty(work, tenant.id, now=self._clock.now())
            self._keep_evidence(work, tenant, counts=counts)
        return True

    def _delete_objects(self, tenant: Doomed) -> int:
        with self._work() as work:
            objects = self._remains.objects(work, tenant.id)
        for each in objects:
            self._objects.delete(bucket=each.bucket, key=each.key)
        return len(objects)

    def _keep_evidence(self, work: Work, tenant: Doomed, *, counts: dict[str, int]) -> None:
        change = Change(
            action="tenant.purged",
            resource_type="tenant",
            resource_id=tenant.id,
            changes={name: (count, 0) for name, count in counts.items() if count},
        )
        self._audit.record(work, change, agency_id=tenant.agency_id, tenant_id=tenant.id)

    def _work(self) -> AbstractContextManager[Work]:
        return self._database.work(_SCOPE, timeout_ms=TIMEOUT_MS)
