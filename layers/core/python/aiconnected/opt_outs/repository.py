"""Repository of opt-outs: every SQL statement about an opt-out."""

from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.opt_outs.models import OPT_OUTS, OptOut

SQL = Queries.beside(__file__)


class OptOutRepository:
    """Reads and writes opt-outs."""

    def page(self, work: Work, wanted: ListQuery) -> Page[OptOut]:
        """Those that were asked for."""
        return page(work, SQL["page"], OptOut, of=OPT_OUTS, wanted=wanted)

    def by_id(self, work: Work, opt_out_id: UUID) -> OptOut | None:
        """The opt-out within the scope."""
        return work.row(SQL["by_id"], OptOut, id=opt_out_id)

    def has(self, work: Work, tenant_id: UUID, *, phone_number: str) -> bool:
        """Whether the number is on the client's list."""
        return bool(work.value(SQL["has"], bool, tenant_id=tenant_id, phone_number=phone_number))

    def insert(
        self, work: Work, owner: Owner, *, opt_out_id: UUID, phone_number: str, reason: str
    ) -> None:
        """Add it; raises UniqueViolation when the number is on the list."""
        work.run(
            SQL["insert"],
            id=opt_out_id,
            agency_id=owner.agency_id,
            tenant_id=owner.tenant_id,
            phone_number=phone_number,
            reason=reason,
        )

    def delete(self, work: Work, tenant_id: UUID, *, opt_out_id: UUID) -> bool:
        """Whether there was such a one."""
        return work.run(SQL["delete"], tenant_id=tenant_id, id=opt_out_id) == 1
