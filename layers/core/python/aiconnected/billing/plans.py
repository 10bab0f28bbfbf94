"""Plans and the price book: the platform's to write, everybody's to read as far as it is theirs."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.billing.errors import (
    PlanCodeTaken,
    PlanInUse,
    PlanNotFound,
    RateExists,
    RateInForce,
    RateNotFound,
)
from aiconnected.billing.models import BookedRate, NewPlan, NewRate, Plan
from aiconnected.billing.repository import PlanRepository
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected


class PlanService:
    """What is sold."""

    def __init__(self, plans: PlanRepository, *, audit: AuditService, clock: Clock) -> None:
        self._plans, self._audit, self._clock = plans, audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[Plan]:
        """All plans for the platform, else those that are offered and those that one has."""
        return self._plans.page(work, wanted)

    def get(self, work: Work, plan_id: UUID) -> Plan:
        """The plan; raises `PlanNotFound`."""
        plan = self._plans.by_id(work, plan_id)
        if plan is None:
            raise PlanNotFound
        return plan

    def add(self, work: Work, new: NewPlan) -> Plan:
        """Make a plan, in the platform's scope; raises `PlanCodeTaken`."""
        plan_id = new_id()
        try:
            with work.savepoint():
                self._plans.insert(work, plan_id, new=new)
        except UniqueViolation as exc:
            raise PlanCodeTaken from exc
        self._record(work, "plan.created", plan_id)
        return self.get(work, plan_id)

    def change(
        self,
        work: Work,
        plan_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Plan:
        """The plan with `changes` by field, in the platform's scope.

        Raises `PlanNotFound`, `Stale`, `PlanCodeTaken`.
        """
        before = self._locked(work, plan_id)
        expected.check(before)
        found = differences(before, changes)
        try:
            with work.savepoint():
                values = {name: after for name, (_, after) in found.items()}
                self._plans.change(work, plan_id, changes=values)
        except UniqueViolation as exc:
            raise PlanCodeTaken from exc
        if found:
            self._record(work, "plan.updated", plan_id, changes=found)
        return self.get(work, plan_id)

    def delete(self, work: Work, plan_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it, in the platform's scope; raises `PlanNotFound`, `Stale`, `PlanInUse`."""
        expected.check(self._locked(work, plan_id))
        if self._plans.in_use(work, plan_id):
            raise PlanInUse
        self._plans.delete(work, plan_id, now=self._clock.now())
        self._record(work, "plan.deleted", plan_id)

    def rates(self, work: Work, wanted: ListQuery) -> Page[BookedRate]:
        """The price book: costs are shown to the platform alone."""
        return self._plans.rates(work, wanted)

    def rate(self, work: Work, rate_id: UUID) -> BookedRate:
        """One line of the price book; raises `RateNotFound`."""
        rate = self._plans.rate(work, rate_id)
        if rate is None:
            raise RateNotFound
        return rate

    def add_rate(self, work: Work, new: NewRate) -> BookedRate:
        """Add a line, in the platform's scope; raises `RateExists`.

        What was measured before keeps the price that it was given.
        """
        rate_id = new_id()
        try:
            with work.savepoint():
                self._plans.insert_rate(work, rate_id, new=new)
        except UniqueViolation as exc:
            raise RateExists from exc
        change = Change(action="rate.created", resource_type="rate", resource_id=rate_id)
        self._audit.record(work, change, agency_id=new.agency_id)
        return self.rate(work, rate_id)

    def delete_rate(self, work: Work, rate_id: UUID) -> None:
        """Take a line back that is not in force yet, in the platform's scope.

        Raises `RateNotFound`, `RateInForce`.
        """
        rate = self.rate(work, rate_id)
        if not self._plans.delete_rate(work, rate_id, now=self._clock.now()):
            raise RateInForce
        change = Change(action="rate.deleted", resource_type="rate", resource_id=rate_id)
        self._audit.record(work, change, agency_id=rate.agency_id)

    def _locked(self, work: Work, plan_id: UUID) -> Plan:
        plan = self._plans.lock(work, plan_id)
        if plan is None:
            raise PlanNotFound
        return plan

    def _record(
        self,
        work: Work,
        action: str,
        plan_id: UUID,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action, resource_type="plan", resource_id=plan_id, changes=changes or {}
        )
        self._audit.record(work, change)
