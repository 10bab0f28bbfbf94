"""The audit log, written in the transaction of what it tells of."""

from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.repository import AuditRepository
from aiconnected.db import Work
from aiconnected.kit.clock import Clock


class AuditService:
    """Records changes."""

    def __init__(self, entries: AuditRepository, clock: Clock) -> None:
        self._entries, self._clock = entries, clock

    def record(
        self,
        work: Work,
        change: Change,
        *,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> None:
        """Add an entry; agency and tenant are the scope's unless the platform names them."""
        self._entries.insert(
            work,
            change,
            at=self._clock.now(),
            agency_id=agency_id or work.scope.agency_id,
            tenant_id=tenant_id or work.scope.tenant_id,
        )
