"""Repository of holidays, one by one; calls read them all at once, see `AgentRepository`."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.agents.views import HOLIDAYS, KeptHoliday
from aiconnected.calls.models import Holiday
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({"day", "name", "opens", "closes"})


class HolidayRepository:
    """Reads and writes holidays of a tenant."""

    def page(self, work: Work, tenant_id: UUID, *, wanted: ListQuery) -> Page[KeptHoliday]:
        """Those that were asked for."""
        return page(
            work, SQL["holidays_page"], KeptHoliday, of=HOLIDAYS, wanted=wanted, tenant_id=tenant_id
        )

    def lock(self, work: Work, tenant_id: UUID, *, holiday_id: UUID) -> KeptHoliday | None:
        """The holiday, kept from other writers until the transaction ends."""
        return work.row(SQL["holiday"], KeptHoliday, tenant_id=tenant_id, id=holiday_id)

    def insert(self, work: Work, owner: Owner, *, new: Holiday) -> UUID:
        """Add it; its id. Raises UniqueViolation when the day has one."""
        holiday_id = new_id()
        work.run(SQL["insert_holiday"], **asdict(owner), **asdict(new), id=holiday_id)
        return holiday_id

    def change(self, work: Work, kept: KeptHoliday, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the day has another."""
        change(
            work,
            SQL["change_holiday"],
            changes=changes,
            columns=_COLUMNS,
            tenant_id=kept.tenant_id,
            id=kept.id,
        )

    def delete(self, work: Work, kept: KeptHoliday) -> None:
        """Remove it."""
        work.run(SQL["delete_holiday"], tenant_id=kept.tenant_id, id=kept.id)
