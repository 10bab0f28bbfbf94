"""Repository of telephone numbers: every SQL statement about a number."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.numbers.models import (
    NUMBERS,
    OWN_FIELDS,
    NewNumber,
    NumberOrder,
    NumberRoute,
    PhoneNumber,
)

SQL = Queries.beside(__file__)
_COLUMNS = OWN_FIELDS | {"tenant_id", "status", "carrier_connection_id"}


class NumberRepository:
    """Reads and writes telephone numbers."""

    def route(self, work: Work, number: str) -> NumberRoute | None:
        """Where `number` (E.164) leads, in the platform's scope."""
        return work.row(SQL["route"], NumberRoute, number=number)

    def of_tenant(self, work: Work, tenant_id: UUID) -> list[PhoneNumber]:
        """The tenant's numbers in order."""
        return work.rows(SQL["of_tenant"], PhoneNumber, tenant_id=tenant_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[PhoneNumber]:
        """Those that were asked for."""
        return page(work, SQL["page"], PhoneNumber, of=NUMBERS, wanted=wanted)

    def by_id(self, work: Work, number_id: UUID) -> PhoneNumber | None:
        """The number within the scope, unless given back."""
        return work.row(SQL["by_id"], PhoneNumber, id=number_id)

    def lock(self, work: Work, number_id: UUID) -> PhoneNumber | None:
        """The same, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], PhoneNumber, id=number_id)

    def insert(self, work: Work, number_id: UUID, *, new: NewNumber) -> None:
        """Add it; raises UniqueViolation when the number is in use."""
        work.run(SQL["insert"], id=number_id, **asdict(new))

    def order(self, work: Work, number_id: UUID, *, new: NewNumber) -> None:
        """Keep that it is about to be bought; raises UniqueViolation when the number is in use."""
        given = asdict(new)
        del given["external_id"]
        work.run(SQL["order"], id=number_id, **given)

    def complete(self, work: Work, number_id: UUID, *, external_id: str) -> bool:
        """It is ours; False when it is no order any more."""
        return work.run(SQL["complete_order"], id=number_id, external_id=external_id) == 1

    def drop(self, work: Work, number_id: UUID, *, now: datetime) -> bool:
        """It is not ours; False when it is no order any more."""
        return work.run(SQL["drop_order"], id=number_id, now=now) == 1

    def forgotten(self, work: Work, *, before: datetime, limit: int) -> list[NumberOrder]:
        """Orders from before that moment, in the platform's scope."""
        return work.rows(SQL["forgotten_orders"], NumberOrder, before=before, limit=limit)

    def change(self, work: Work, number_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, id=number_id)

    def release(self, work: Work, number_id: UUID, *, now: datetime) -> None:
        """Mark it as given back."""
        work.run(SQL["release"], id=number_id, now=now)

    def has_tenant(self, work: Work, agency_id: UUID, *, tenant_id: UUID) -> bool:
        """Whether the client is the agency's."""
        return bool(work.value(SQL["has_tenant"], bool, agency_id=agency_id, tenant_id=tenant_id))

    def has_agent(self, work: Work, tenant_id: UUID, *, agent_id: UUID) -> bool:
        """Whether the agent is the client's."""
        return bool(work.value(SQL["has_agent"], bool, tenant_id=tenant_id, agent_id=agent_id))

    def hangs_on(
        self, work: Work, number: PhoneNumber, *, tenant_id: UUID | None, connection_id: UUID
    ) -> bool:
        """Whether the number, as the client's, may hang on the connection."""
        found = work.value(
            SQL["hangs_on"],
            UUID,
            connection_id=connection_id,
            agency_id=number.agency_id,
            tenant_id=tenant_id,
            carrier=number.carrier,
        )
        return found is not None
