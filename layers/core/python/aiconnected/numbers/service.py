"""Telephone numbers: which tenant and agent a dialled one leads to."""

from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.ids import new_id
from aiconnected.numbers.errors import NumberNotFound, NumberTaken
from aiconnected.numbers.models import NewNumber, NumberRoute, PhoneNumber
from aiconnected.numbers.repository import NumberRepository


class NumberService:
    """What can be done with a telephone number."""

    def __init__(self, numbers: NumberRepository, audit: AuditService) -> None:
        self._numbers, self._audit = numbers, audit

    def route(self, work: Work, number: str) -> NumberRoute:
        """Where a dialled number (E.164) leads, in the platform's scope.

        Raises `NumberNotFound` when it is no tenant's.
        """
        route = self._numbers.route(work, number)
        if route is None:
            raise NumberNotFound
        return route

    def of_tenant(self, work: Work, tenant_id: UUID) -> list[PhoneNumber]:
        """The tenant's numbers in order."""
        return self._numbers.of_tenant(work, tenant_id)

    def add(self, work: Work, new: NewNumber) -> UUID:
        """Take a number that the carrier has given us; raises `NumberTaken`."""
        number_id = new_id()
        try:
            with work.savepoint():
                self._numbers.insert(work, number_id, new=new)
        except UniqueViolation as exc:
            raise NumberTaken from exc
        change = Change(
            action="phone_number.added", resource_type="phone_number", resource_id=number_id
        )
        self._audit.record(work, change, agency_id=new.agency_id, tenant_id=new.tenant_id)
        return number_id
