"""Repository of appointments: every SQL statement about an appointment."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.appointments.models import APPOINTMENTS, Appointment, NewAppointment
from aiconnected.appointments.slots import SQL, BookableSlot
from aiconnected.db import Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

_COLUMNS = frozenset({
    "slot_id", "starts_at", "ends_at", "service", "customer_name", "customer_phone",
    "status", "cancelled_at",
})  # fmt: skip


class AppointmentRepository:
    """Reads and writes appointments."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Appointment]:
        """Those that were asked for."""
        return page(work, SQL["page"], Appointment, of=APPOINTMENTS, wanted=wanted)

    def by_id(self, work: Work, appointment_id: UUID) -> Appointment | None:
        """The appointment within the scope."""
        return work.row(SQL["by_id"], Appointment, id=appointment_id)

    def lock(self, work: Work, appointment_id: UUID) -> Appointment | None:
        """The same, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Appointment, id=appointment_id)

    def in_slot(self, work: Work, tenant_id: UUID, *, slot_id: UUID) -> Appointment | None:
        """The kept appointment of a slot."""
        return work.row(SQL["in_slot"], Appointment, tenant_id=tenant_id, slot_id=slot_id)

    def of_call(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Appointment]:
        """What was booked in a call."""
        return work.rows(SQL["of_call"], Appointment, tenant_id=tenant_id, call_id=call_id)

    def insert(
        self,
        work: Work,
        slot: BookableSlot,
        *,
        appointment_id: UUID,
        new: NewAppointment,
        code: str,
    ) -> bool:
        """Book; False when the slot is taken, after waiting for whoever is booking it, or the code.

        Raises ForeignKeyViolation for a call of somebody else.
        """
        won = work.run(
            SQL["insert"],
            id=appointment_id,
            agency_id=slot.agency_id,
            tenant_id=slot.tenant_id,
            slot_id=slot.id,
            call_id=new.call_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            service=new.service,
            customer_name=new.customer_name,
            customer_phone=new.customer_phone,
            confirmation_code=code,
        )
        return won == 1

    def change(
        self, work: Work, appointment: Appointment, *, changes: Mapping[str, object]
    ) -> None:
        """Set columns; raises UniqueViolation when the new slot is taken."""
        change(
            work,
            SQL["change"],
            changes=changes,
            columns=_COLUMNS,
            tenant_id=appointment.tenant_id,
            id=appointment.id,
        )
