"""Service of appointments: offers free times and books each of them once."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from aiconnected.appointments.errors import (
    AppointmentNotFound,
    NameMissing,
    SlotNotFound,
    SlotTaken,
)
from aiconnected.appointments.models import Appointment, AppointmentStatus, PartOfDay, Slot
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.db import Database, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.tenants.scopes import TenantScopes

# Read out over a telephone: no letters or digits that sound or look alike.
_CODE_ALPHABET = "ACEFHJKMNPRTWXY3479"
_CODE_LENGTH = 6


class AppointmentService:
    """What callers are offered and what they book."""

    def __init__(
        self,
        appointments: AppointmentRepository,
        *,
        database: Database,
        scopes: TenantScopes,
        clock: Clock,
    ) -> None:
        self._appointments = appointments
        self._database = database
        self._scopes = scopes
        self._clock = clock

    def available(
        self,
        tenant_id: UUID,
        *,
        day: date | None = None,
        part_of_day: PartOfDay = PartOfDay.ANY,
        service: str = "",
        limit: int = 3,
    ) -> list[Slot]:
        """The next free times: of a day when one is named, for a service when one is named."""
        with self._database.work(self._scopes.of(tenant_id)) as work:
            return self._appointments.free(
                work,
                tenant_id,
                now=self._clock.now(),
                day=day,
                part_of_day=part_of_day,
                service=service,
                limit=limit,
            )

    def book(
        self,
        tenant_id: UUID,
        *,
        call_id: UUID | None,
        slot_id: UUID,
        name: str,
        phone: str = "",
        service: str = "",
    ) -> Appointment:
        """Book a free time. The same call asking again for the same slot gets its appointment.

        Raises `SlotNotFound` for a time that is past or not on offer, `SlotTaken` when another has
        it, `NameMissing`.
        """
        if not name.strip():
            raise NameMissing
        with self._database.work(self._scopes.of(tenant_id)) as work:
            slot = self._appointments.slot(work, tenant_id, slot_id=slot_id)
            if slot is None or slot.starts_at <= self._clock.now():
                raise SlotNotFound
            appointment = Appointment(
                id=new_id(),
                tenant_id=tenant_id,
                slot_id=slot_id,
                call_id=call_id,
                status=AppointmentStatus.BOOKED,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                service=service.strip(),
                customer_name=name.strip(),
                customer_phone=phone.strip(),
                confirmation_code=_code(),
                timezone=slot.timezone,
            )
            if self._appointments.insert(work, appointment, agency_id=slot.agency_id):
                return appointment
            kept = self._appointments.in_slot(work, tenant_id, slot_id=slot_id)
        if kept is None or call_id is None or kept.call_id != call_id:
            raise SlotTaken
        return kept

    def of_call(self, work: Work, *, tenant_id: UUID, call_id: UUID) -> list[Appointment]:
        """What was booked in a call."""
        return self._appointments.of_call(work, tenant_id, call_id=call_id)

    def cancel(self, work: Work, *, tenant_id: UUID, appointment_id: UUID) -> None:
        """Cancel a booked appointment: its time is free again. Raises `AppointmentNotFound`."""
        now = self._clock.now()
        if not self._appointments.cancel(work, tenant_id, appointment_id=appointment_id, now=now):
            raise AppointmentNotFound

    def offer(
        self,
        work: Work,
        *,
        agency_id: UUID,
        tenant_id: UUID,
        starts_at: datetime,
        ends_at: datetime,
        resource: str = "",
        services: Sequence[str] = (),
    ) -> bool:
        """Put a time on offer, for anything unless services are named; False when it is already."""
        return self._appointments.offer(
            work,
            tenant_id,
            agency_id=agency_id,
            slot_id=new_id(),
            starts_at=starts_at,
            ends_at=ends_at,
            resource=resource,
            services=[service.strip().lower() for service in services],
        )


def _code() -> str:
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
