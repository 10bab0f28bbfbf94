"""Repository of appointments: every SQL statement about slots and appointments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aiconnected.appointments.models import Appointment, PartOfDay, Slot
from aiconnected.db import Queries, Work

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookableSlot:
    """A slot with what an appointment in it takes over."""

    id: UUID
    agency_id: UUID
    starts_at: datetime
    ends_at: datetime
    timezone: str


class AppointmentRepository:
    """Slots and appointments."""

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

    def slot(self, work: Work, tenant_id: UUID, *, slot_id: UUID) -> BookableSlot | None:
        """A slot on offer."""
        return work.row(SQL["slot"], BookableSlot, tenant_id=tenant_id, slot_id=slot_id)

    def insert(self, work: Work, appointment: Appointment, *, agency_id: UUID) -> bool:
        """Book; False when the slot is taken, after waiting for whoever is booking it."""
        won = work.value(
            SQL["insert_appointment"],
            UUID,
            id=appointment.id,
            agency_id=agency_id,
            tenant_id=appointment.tenant_id,
            slot_id=appointment.slot_id,
            call_id=appointment.call_id,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            service=appointment.service,
            customer_name=appointment.customer_name,
            customer_phone=appointment.customer_phone,
            confirmation_code=appointment.confirmation_code,
        )
        return won is not None

    def in_slot(self, work: Work, tenant_id: UUID, *, slot_id: UUID) -> Appointment | None:
        """The kept appointment of a slot."""
        return work.row(
            SQL["appointment_in_slot"], Appointment, tenant_id=tenant_id, slot_id=slot_id
        )

    def of_call(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Appointment]:
        """What was booked in a call."""
        return work.rows(
            SQL["appointments_of_call"], Appointment, tenant_id=tenant_id, call_id=call_id
        )

    def cancel(self, work: Work, tenant_id: UUID, *, appointment_id: UUID, now: datetime) -> bool:
        """Cancel what is booked; False when it is not."""
        return bool(
            work.run(SQL["cancel_appointment"], tenant_id=tenant_id, id=appointment_id, now=now)
        )

    def offer(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        agency_id: UUID,
        slot_id: UUID,
        starts_at: datetime,
        ends_at: datetime,
        resource: str,
        services: list[str],
    ) -> bool:
        """Offer a time; False when the resource offers it already."""
        return bool(
            work.run(
                SQL["insert_slot"],
                tenant_id=tenant_id,
                agency_id=agency_id,
                id=slot_id,
                starts_at=starts_at,
                ends_at=ends_at,
                resource=resource,
                services=services,
            )
        )
