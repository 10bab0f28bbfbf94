"""Telephone numbers: which tenant and agent a dialled one leads to, and who may change that."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.numbers.errors import (
    AgentOfAnother,
    ConnectionOfAnother,
    FieldOfTheAgency,
    NumberNotFound,
    NumberTaken,
)
from aiconnected.numbers.models import OWN_FIELDS, NewNumber, NumberRoute, PhoneNumber
from aiconnected.numbers.repository import NumberRepository
from aiconnected.tenants.errors import TenantNotFound


class NumberService:
    """What can be done with a telephone number that is ours."""

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

    def page(self, work: Work, wanted: ListQuery) -> Page[PhoneNumber]:
        """Numbers within the scope."""
        return self._numbers.page(work, wanted)

    def get(self, work: Work, number_id: UUID) -> PhoneNumber:
        """The number; raises `NumberNotFound`, also for one outside the scope."""
        found = self._numbers.by_id(work, number_id)
        if found is None:
            raise NumberNotFound
        return found

    def hold(self, work: Work, number_id: UUID) -> PhoneNumber:
        """The same, kept from other writers until the transaction ends."""
        found = self._numbers.lock(work, number_id)
        if found is None:
            raise NumberNotFound
        return found

    def check_tenant(self, work: Work, agency_id: UUID, *, tenant_id: UUID) -> None:
        """Raises `TenantNotFound` for a client that the agency does not have."""
        if not self._numbers.has_tenant(work, agency_id, tenant_id=tenant_id):
            raise TenantNotFound

    def check_agent(self, work: Work, tenant_id: UUID | None, *, agent_id: UUID | None) -> None:
        """Raises `AgentOfAnother` for an agent that the client does not have."""
        if agent_id is None:
            return
        if tenant_id is None or not self._numbers.has_agent(work, tenant_id, agent_id=agent_id):
            raise AgentOfAnother

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

    def change(
        self,
        work: Work,
        number_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> PhoneNumber:
        """The number with `changes` by field; for another client it leaves what was the first's.

        Raises `NumberNotFound`, `Stale`, `TenantNotFound`, `AgentOfAnother`, `ConnectionOfAnother`;
        `FieldOfTheAgency` when a client's own people touch what is not theirs.
        """
        before = self.hold(work, number_id)
        expected.check(before)
        pairs = differences(before, changes)
        if work.scope.tenant_id is not None and (foreign := pairs.keys() - OWN_FIELDS):
            raise FieldOfTheAgency(fields=foreign)
        if "tenant_id" in pairs and "agent_id" not in changes and before.agent_id is not None:
            pairs["agent_id"] = (before.agent_id, None)
        after = {name: value for name, (_, value) in pairs.items()}
        tenant_id = _uuid(after.get("tenant_id", before.tenant_id))
        if tenant_id is not None and "tenant_id" in pairs:
            self.check_tenant(work, before.agency_id, tenant_id=tenant_id)
        if pairs.keys() & {"tenant_id", "agent_id"}:
            agent_id = _uuid(after.get("agent_id", before.agent_id))
            self.check_agent(work, tenant_id, agent_id=agent_id)
        after = self._connected(work, before, after, tenant_id=tenant_id)
        pairs = differences(before, after)
        self._numbers.change(work, number_id, changes=after)
        if pairs:
            self._record(work, "phone_number.updated", before, changes=pairs)
        return self.get(work, number_id)

    def release(self, work: Work, number: PhoneNumber, *, now: datetime) -> None:
        """Note that a held number is given back."""
        self._numbers.release(work, number.id, now=now)
        self._record(work, "phone_number.released", number)

    def _connected(
        self,
        work: Work,
        before: PhoneNumber,
        after: Mapping[str, object],
        *,
        tenant_id: UUID | None,
    ) -> Mapping[str, object]:
        """`after` with the connection that it comes to; raises `ConnectionOfAnother`."""
        if not after.keys() & {"tenant_id", "carrier_connection_id"}:
            return after
        named = _uuid(after.get("carrier_connection_id", before.carrier_connection_id))
        if named is None or self._numbers.hangs_on(
            work, before, tenant_id=tenant_id, connection_id=named
        ):
            return after
        if "carrier_connection_id" in after:
            raise ConnectionOfAnother
        return {**after, "carrier_connection_id": None}

    def _record(
        self,
        work: Work,
        action: str,
        number: PhoneNumber,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="phone_number",
            resource_id=number.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=number.agency_id, tenant_id=number.tenant_id)


def _uuid(value: object) -> UUID | None:
    return value if isinstance(value, UUID) else None
