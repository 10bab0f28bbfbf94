"""Repository of callbacks: every SQL statement about a callback."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.callbacks.models import CALLBACKS, Callback, NewCallback
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset(
    {"agent_id", "phone_number", "customer_name", "reason", "scheduled_for", "status"}
)


class CallbackRepository:
    """Reads and writes callbacks."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Callback]:
        """Those that were asked for."""
        return page(work, SQL["page"], Callback, of=CALLBACKS, wanted=wanted)

    def by_id(self, work: Work, callback_id: UUID) -> Callback | None:
        """The callback within the scope."""
        return work.row(SQL["by_id"], Callback, id=callback_id)

    def lock(self, work: Work, callback_id: UUID) -> Callback | None:
        """The same, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Callback, id=callback_id)

    def insert(self, work: Work, owner: Owner, *, callback_id: UUID, new: NewCallback) -> None:
        """Add it; raises ForeignKeyViolation for a call or an agent of somebody else."""
        work.run(
            SQL["insert"],
            id=callback_id,
            agency_id=owner.agency_id,
            tenant_id=owner.tenant_id,
            **asdict(new),
        )

    def change(self, work: Work, callback: Callback, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises ForeignKeyViolation for an agent of somebody else."""
        change(
            work,
            SQL["change"],
            changes=changes,
            columns=_COLUMNS,
            tenant_id=callback.tenant_id,
            id=callback.id,
        )
