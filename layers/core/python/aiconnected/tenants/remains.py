"""Repository of what is destroyed with a tenant."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.owned import of_table
from aiconnected.tenants.models import Doomed, StoredObject

SQL = Queries.beside(__file__)


class RemainsRepository:
    """Tenants whose grace period is over, and all that is kept of them; platform's scope."""

    def doomed(self, work: Work, *, now: datetime, limit: int) -> list[Doomed]:
        """Tenants to be destroyed, longest overdue first."""
        return work.rows(SQL["doomed"], Doomed, now=now, limit=limit)

    def still_doomed(self, work: Work, tenant_id: UUID, *, now: datetime) -> bool:
        """Whether it still is, and nobody else is at it; kept so until the transaction ends."""
        row = work.row(SQL["doomed_again"], Doomed, tenant_id=tenant_id, now=now)
        return row is not None

    def objects(self, work: Work, tenant_id: UUID) -> list[StoredObject]:
        """What lies in the object store."""
        return work.rows(SQL["objects"], StoredObject, tenant_id=tenant_id)

    def delete_rows(self, work: Work, tenant_id: UUID, *, table: str) -> int:
        """Destroy its rows of a table; how many there were."""
        return work.run(of_table(SQL["delete_rows"], table), tenant_id=tenant_id)

    def free_numbers(self, work: Work, tenant_id: UUID) -> int:
        """Give its numbers back to the agency; how many there were."""
        return work.run(SQL["free_numbers"], tenant_id=tenant_id)

    def empty(self, work: Work, tenant_id: UUID, *, now: datetime) -> None:
        """Leave of it what bills refer to."""
        work.run(SQL["empty"], tenant_id=tenant_id, now=now)
