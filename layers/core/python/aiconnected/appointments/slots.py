"""Repository of times on offer: every SQL statement about a slot."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.appointments.models import SLOTS, NewSlot, OfferedSlot, PartOfDay, Slot
from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookableSlot:
    """A slot with what an appointment in it takes over."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    starts_at: datetime
    ends_at: datetime


class SlotRepository:
    """Reads and writes slots."""

    def page(self, work: Work, wanted: ListQuery) -> Page[OfferedSlot]:
        """Those that were asked for."""
        return page(work, SQL["slots"], OfferedSlot, of=SLOTS, wanted=wanted)

    def by_id(self, work: Work, slot_id: UUID) -> OfferedSlot | None:
        """The slot within the scope."""
        return work.row(SQL["slot_by_id"], OfferedSlot, id=slot_id)

    def free(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        now: datetime,
        day: date | None,
        part_of_day: PartOfDay,
        service: str,
        limit: int,
    ) -> list[Slot]:
        """Slots after `now` that nothing is booked in."""
        earliest, latest = part_of_day.hours
        return work.rows(
            SQL["free_slots"],
            Slot,
            tenant_id=tenant_id,
            now=now,
            day=day,
            earliest=earliest,
            latest=latest,
            service=service,
            limit=limit,
        )

    def bookable(
        self, work: Work, tenant_id: UUID, *, slot_id: UUID, now: datetime
    ) -> BookableSlot | None:
        """A slot on offer that is after `now`; nobody withdraws it until the transaction ends."""
        return work.row(
            SQL["bookable_slot"], BookableSlot, tenant_id=tenant_id, slot_id=slot_id, now=now
        )

    def lock(self, work: Work, slot_id: UUID) -> BookableSlot | None:
        """The slot within the scope; nobody books it until the transaction ends."""
        return work.row(SQL["lock_slot"], BookableSlot, id=slot_id)

    def offer(self, work: Work, owner: Owner, *, slot_id: UUID, new: NewSlot) -> UUID | None:
        """Offer a time, or one again that was withdrawn; None when it is on offer already."""
        return work.value(
            SQL["offer_slot"],
            UUID,
            id=slot_id,
            agency_id=owner.agency_id,
            tenant_id=owner.tenant_id,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            resource=new.resource,
            services=[service.strip().lower() for service in new.services],
        )

    def withdraw(self, work: Work, slot: BookableSlot, *, now: datetime) -> None:
        """It is on offer no more."""
        work.run(SQL["withdraw_slot"], tenant_id=slot.tenant_id, id=slot.id, now=now)
