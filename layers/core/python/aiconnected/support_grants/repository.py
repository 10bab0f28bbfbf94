"""Repository of support grants: every SQL statement about one."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.support_grants.models import SUPPORT_GRANTS, SupportGrant

SQL = Queries.beside(__file__)


class SupportGrantRepository:
    """Reads and writes support grants."""

    def by_id(self, work: Work, grant_id: UUID) -> SupportGrant | None:
        """The grant, unless outside the scope."""
        return work.row(SQL["by_id"], SupportGrant, grant_id=grant_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[SupportGrant]:
        """Those that were asked for."""
        return page(work, SQL["page"], SupportGrant, of=SUPPORT_GRANTS, wanted=wanted)

    def insert(self, work: Work, grant: SupportGrant) -> None:
        """Add it, in the platform's scope."""
        work.run(
            SQL["insert"],
            id=grant.id,
            agency_id=grant.agency_id,
            tenant_id=grant.tenant_id,
            user_id=grant.user_id,
            user_email=grant.user_email,
            reason=grant.reason,
            created_at=grant.created_at,
            expires_at=grant.expires_at,
        )

    def end(self, work: Work, grant_id: UUID, *, by: UUID, now: datetime) -> bool:
        """End it; False when it is over already."""
        return work.run(SQL["end"], grant_id=grant_id, ended_by=by, now=now) == 1
