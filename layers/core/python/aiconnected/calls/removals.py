"""Repository of removing: marks on what has been deleted."""

from datetime import datetime
from uuid import UUID

from aiconnected.calls.repository import SQL
from aiconnected.db import Work


class RemovalRepository:
    """Deletes no row."""

    def delete_call(self, work: Work, tenant_id: UUID, *, call_id: UUID, now: datetime) -> bool:
        """Mark a call that is over and its transcript as deleted; False while it lives."""
        done = work.run(SQL["delete_call"], tenant_id=tenant_id, id=call_id, now=now) == 1
        if done:
            work.run(SQL["delete_transcript"], tenant_id=tenant_id, call_id=call_id, now=now)
        return done
