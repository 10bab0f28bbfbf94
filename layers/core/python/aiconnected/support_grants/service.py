"""Support grants: how the platform's people enter an agency's view, and how that ends (T8)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.auth.models import Place, Principal
from aiconnected.auth.permissions import PERMISSIONS
from aiconnected.auth.places import Places
from aiconnected.db import Database, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.support_grants.errors import GrantEnded, GrantNotFound, GrantOver
from aiconnected.support_grants.models import SupportGrant
from aiconnected.support_grants.repository import SupportGrantRepository


class SupportGrants:
    """What can be done with a support grant; all of it is told in the agency's audit log."""

    def __init__(
        self,
        grants: SupportGrantRepository,
        *,
        places: Places,
        audit: AuditService,
        database: Database,
        clock: Clock,
    ) -> None:
        self._grants, self._places, self._audit = grants, places, audit
        self._database, self._clock = database, clock

    def get(self, work: Work, grant_id: UUID) -> SupportGrant:
        """The grant; raises `GrantNotFound`."""
        grant = self._grants.by_id(work, grant_id)
        if grant is None:
            raise GrantNotFound
        return grant

    def page(self, work: Work, wanted: ListQuery) -> Page[SupportGrant]:
        """Grants within the scope."""
        return self._grants.page(work, wanted)

    def start(
        self,
        work: Work,
        *,
        by: Principal,
        agency_id: UUID | None,
        tenant_id: UUID | None,
        reason: str,
        lasting: timedelta,
    ) -> SupportGrant:
        """Let `by` into an agency or one of its clients, in the platform's scope.

        Raises what `Places.of` raises.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        now = self._clock.now()
        grant = SupportGrant(
            id=new_id(),
            agency_id=at.agency_id,
            tenant_id=at.tenant_id,
            user_id=by.id,
            user_email=by.email,
            reason=reason,
            expires_at=now + lasting,
            ended_at=None,
            ended_by=None,
            created_at=now,
            updated_at=now,
        )
        self._grants.insert(work, grant)
        expires: dict[str, tuple[object, object]] = {"expires_at": (None, grant.expires_at)}
        self._record(work, "support_grant.started", grant, changes=expires)
        return self.get(work, grant.id)

    def end(self, work: Work, grant_id: UUID, *, by: Principal) -> SupportGrant:
        """End it before its time, from either side; raises `GrantNotFound`, `GrantEnded`."""
        grant = self.get(work, grant_id)
        if not self._grants.end(work, grant_id, by=by.id, now=self._clock.now()):
            raise GrantEnded
        self._record(work, "support_grant.ended", grant)
        return self.get(work, grant_id)

    def enter(self, principal: Principal, grant_id: UUID, *, asking: str) -> Principal:
        """The platform's `principal` with the view of the place's administrator, and no wider.

        `asking`, a method and a path, is noted in the agency's audit log. Raises `GrantOver`.
        """
        scope = principal.scope(reason="enter agency's view")
        with self._database.work(scope) as work:
            grant = self._grants.by_id(work, grant_id)
            if (
                grant is None
                or grant.user_id != principal.id
                or not grant.active(self._clock.now())
            ):
                raise GrantOver
            self._record(work, "support_grant.used", grant, changes={"asked": (None, asking)})
        place = Place(agency_id=grant.agency_id, tenant_id=grant.tenant_id)
        return replace(
            principal,
            role=place.admin,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            permissions=PERMISSIONS[place.admin],
            support_grant=grant.id,
        )

    def _record(
        self,
        work: Work,
        action: str,
        grant: SupportGrant,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="support_grant",
            resource_id=grant.id,
            changes=changes or {},
            reason=grant.reason,
        )
        self._audit.record(work, change, agency_id=grant.agency_id, tenant_id=grant.tenant_id)
