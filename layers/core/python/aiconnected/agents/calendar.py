"""A tenant's week and holidays, as its people keep them."""

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise
from uuid import UUID

from aiconnected.agents.errors import DayTaken, HolidayNotFound, HoursOverlap, HoursReversed
from aiconnected.agents.holidays import HolidayRepository
from aiconnected.agents.models import Owner
from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.views import KeptHoliday
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.calls.models import Holiday, OpeningHours
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.tenants.service import TenantService


class CalendarService:
    """What can be done with hours and holidays."""

    def __init__(
        self,
        agents: AgentRepository,
        *,
        holidays: HolidayRepository,
        tenants: TenantService,
        audit: AuditService,
    ) -> None:
        self._agents, self._holidays = agents, holidays
        self._tenants, self._audit = tenants, audit

    def week(self, work: Work, tenant_id: UUID) -> list[OpeningHours]:
        """The tenant's opening hours; raises `TenantNotFound`."""
        self._tenants.get(work, tenant_id)
        return self._agents.hours(work, tenant_id)

    def put_week(self, work: Work, tenant_id: UUID, *, hours: Sequence[OpeningHours]) -> None:
        """Replace all opening hours; raises `TenantNotFound`, `HoursReversed`, `HoursOverlap`."""
        check_week(hours)
        owner = self._owner(work, tenant_id)
        before = self._agents.hours(work, tenant_id)
        self._agents.replace_hours(work, owner, hours=hours)
        pair = ([_shown(each) for each in before], [_shown(each) for each in hours])
        self._record(
            work, "business_hours.changed", owner, resource_id=tenant_id, changes={"hours": pair}
        )

    def page(self, work: Work, tenant_id: UUID, *, wanted: ListQuery) -> Page[KeptHoliday]:
        """The tenant's holidays; raises `TenantNotFound`."""
        self._tenants.get(work, tenant_id)
        return self._holidays.page(work, tenant_id, wanted=wanted)

    def add(self, work: Work, tenant_id: UUID, *, new: Holiday) -> KeptHoliday:
        """Add a holiday; raises `TenantNotFound`, `HoursReversed`, `DayTaken`."""
        check_times(new.opens, new.closes)
        owner = self._owner(work, tenant_id)
        try:
            with work.savepoint():
                holiday_id = self._holidays.insert(work, owner, new=new)
        except UniqueViolation as exc:
            raise DayTaken from exc
        self._record(work, "holiday.created", owner, resource_id=holiday_id)
        return self.get(work, tenant_id, holiday_id=holiday_id)

    def get(self, work: Work, tenant_id: UUID, *, holiday_id: UUID) -> KeptHoliday:
        """The holiday; raises `HolidayNotFound`."""
        kept = self._holidays.lock(work, tenant_id, holiday_id=holiday_id)
        if kept is None:
            raise HolidayNotFound
        return kept

    def change(
        self,
        work: Work,
        kept: KeptHoliday,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> KeptHoliday:
        """The holiday with `changes`; `kept` is what `get` has locked.

        Raises `TenantDeleted`, `Stale`, `HoursReversed`, `DayTaken`.
        """
        self._tenants.hold(work, kept.tenant_id)
        expected.check(kept)
        pairs = differences(kept, changes)
        flat = {name: after for name, (_, after) in pairs.items()}
        check_times(flat.get("opens", kept.opens), flat.get("closes", kept.closes))
        try:
            with work.savepoint():
                self._holidays.change(work, kept, changes=flat)
        except UniqueViolation as exc:
            raise DayTaken from exc
        owner = Owner(agency_id=kept.agency_id, tenant_id=kept.tenant_id)
        if pairs:
            self._record(work, "holiday.updated", owner, resource_id=kept.id, changes=pairs)
        return self.get(work, kept.tenant_id, holiday_id=kept.id)

    def delete(self, work: Work, kept: KeptHoliday, *, expected: Expected = ANY) -> None:
        """Remove it; raises `Stale`."""
        expected.check(kept)
        self._holidays.delete(work, kept)
        owner = Owner(agency_id=kept.agency_id, tenant_id=kept.tenant_id)
        self._record(work, "holiday.deleted", owner, resource_id=kept.id)

    def _owner(self, work: Work, tenant_id: UUID) -> Owner:
        tenant = self._tenants.hold(work, tenant_id)
        return Owner(agency_id=tenant.agency_id, tenant_id=tenant.id)

    def _record(
        self,
        work: Work,
        action: str,
        owner: Owner,
        *,
        resource_id: UUID,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type=action.partition(".")[0],
            resource_id=resource_id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=owner.agency_id, tenant_id=owner.tenant_id)


def check_week(hours: Sequence[OpeningHours]) -> None:
    """Raises `HoursReversed`, or `HoursOverlap`, each for the interval that is wrong."""
    ordered = sorted(enumerate(hours), key=lambda each: (each[1].weekday, each[1].opens))
    for place, interval in ordered:
        if interval.opens >= interval.closes:
            raise HoursReversed(field=f"hours.{place}.closes")
    for (_, one), (place, other) in pairwise(ordered):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise HoursOverlap(field=f"hours.{place}.opens")


def check_times(opens: object, closes: object) -> None:
    """Raises `HoursReversed` unless there are both times in order, or neither."""
    if opens is None and closes is None:
        return
    if not isinstance(opens, time) or not isinstance(closes, time) or opens >= closes:
        raise HoursReversed(field="closes")


def _shown(hours: OpeningHours) -> str:
    return f"{hours.weekday} {hours.opens:%H:%M}-{hours.closes:%H:%M}"
