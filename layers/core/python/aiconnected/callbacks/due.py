"""Repository of callbacks that are due: every SQL statement of the job."""

from datetime import datetime

from aiconnected.callbacks.models import Callback, CallbackStatus
from aiconnected.callbacks.repository import SQL
from aiconnected.db import Work


class DueRepository:
    """Takes callbacks, and says what became of them."""

    def take(self, work: Work, *, now: datetime) -> Callback | None:
        """One that is due, nobody else's from now on, in the platform's scope."""
        return work.row(SQL["take_due"], Callback, now=now)

    def lost(self, work: Work, *, before: datetime, limit: int) -> list[Callback]:
        """Those taken before that moment and not settled, in the platform's scope."""
        return work.rows(SQL["lost"], Callback, before=before, limit=limit)

    def postpone(self, work: Work, callback: Callback, *, until: datetime, counted: bool) -> None:
        """Have it taken again then; unless `counted`, this was no attempt."""
        work.run(
            SQL["postpone"],
            tenant_id=callback.tenant_id,
            id=callback.id,
            until=until,
            uncounted=0 if counted else 1,
        )

    def settle(
        self,
        work: Work,
        callback: Callback,
        *,
        status: CallbackStatus,
        outcome: str,
        now: datetime,
    ) -> bool:
        """It is over; False when it was already."""
        return (
            work.run(
                SQL["settle"],
                tenant_id=callback.tenant_id,
                id=callback.id,
                status=status,
                outcome=outcome,
                now=now,
            )
            == 1
        )
