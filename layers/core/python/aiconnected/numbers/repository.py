"""Repository of telephone numbers: every SQL statement about a number."""

from dataclasses import asdict
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.numbers.models import NewNumber, NumberRoute, PhoneNumber

SQL = Queries.beside(__file__)


class NumberRepository:
    """Reads and writes telephone numbers."""

    def route(self, work: Work, number: str) -> NumberRoute | None:
        """Where `number` (E.164) leads, in the platform's scope."""
        return work.row(SQL["route"], NumberRoute, number=number)

    def of_tenant(self, work: Work, tenant_id: UUID) -> list[PhoneNumber]:
        """The tenant's numbers in order."""
        return work.rows(SQL["of_tenant"], PhoneNumber, tenant_id=tenant_id)

    def insert(self, work: Work, number_id: UUID, *, new: NewNumber) -> None:
        """Add it; raises UniqueViolation when the number is in use."""
        work.run(SQL["insert"], id=number_id, **asdict(new))
