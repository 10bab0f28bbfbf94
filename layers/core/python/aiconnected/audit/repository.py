"""Repository of the audit log: entries are only ever added."""

from datetime import datetime
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.db import Queries, Work
from aiconnected.kit.ids import new_id

SQL = Queries.beside(__file__)


class AuditRepository:
    """Writes the audit log."""

    def insert(
        self,
        work: Work,
        change: Change,
        *,
        at: datetime,
        agency_id: UUID | None,
        tenant_id: UUID | None,
    ) -> None:
        """Add an entry about the scope's actor."""
        actor = work.scope.actor
        work.run(
            SQL["insert"],
            id=new_id(),
            agency_id=agency_id,
            tenant_id=tenant_id,
            actor_kind="system" if actor is None else work.scope.actor_kind,
            actor_id=actor,
            action=change.action,
            resource_type=change.resource_type,
            resource_id=change.resource_id,
            changes={name: list(values) for name, values in change.changes.items()},
            reason=change.reason or work.scope.reason,
            ip=work.scope.ip or None,
            request_id=work.scope.request_id or None,
            at=at,
        )
