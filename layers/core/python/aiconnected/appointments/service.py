"""Service of appointments: offers free times, books each of them once, and keeps what is booked."""

import secrets
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.appointments.errors import (
    AppointmentNotFound,
    AppointmentSettled,
    ForeignCall,
    NameMissing,
    SlotNotFound,
    SlotTaken,
    SlotUnbookable,
)
from aiconnected.appointments.models import (
    Appointment,
    AppointmentStatus,
    NewAppointment,
    NewSlot,
    PartOfDay,
    Slot,
)
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.appointments.slots import BookableSlot, SlotRepository
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import Database, ForeignKeyViolation, UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.tenants.scopes import TenantScopes

# Read out over a telephone: no letters or digits that sound or look alike.
_CODE_ALPHABET = "ACEFHJKMNPRTWXY3479"
_CODE_LENGTH = 6
_ATTEMPTS = 5  # at a code that no other appointment of the client's has
_TOLD = frozenset({"slot_id", "starts_at", "status"})


def new_code() -> str:
    """A confirmation code."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


class AppointmentService:
    """What callers are offered and book, and what people do with it.

    The record of a call tells what was booked in it, the audit log what people booked and changed;
    who comes, and for what, stays out of the log.
    """

    def __init__(
        self,
        appointments: AppointmentRepository,
        *,
        slots: SlotRepository,
        database: Database,
        scopes: TenantScopes,
        audit: AuditService,
        clock: Clock,
        code: Callable[[], str] = new_code,
    ) -> None:
        self._appointments, self._slots = appointments, slots
        self._database, self._scopes = database, scopes
        self._audit, self._clock, self._code = audit, clock, code

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
            return self._slots.free(
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
        new = NewAppointment(
            slot_id=slot_id,
            customer_name=_named(name),
            customer_phone=phone.strip(),
            service=service.strip(),
            call_id=call_id,
        )
        appointment_id = new_id()
        with self._database.work(self._scopes.of(tenant_id)) as work:
            slot = self._bookable(work, tenant_id, slot_id=slot_id)
            if slot is None:
                raise SlotNotFound
            kept = self._keep(work, slot, appointment_id=appointment_id, new=new)
        if kept.id != appointment_id and (call_id is None or kept.call_id != call_id):
            raise SlotTaken
        return kept

    def of_call(self, work: Work, *, tenant_id: UUID, call_id: UUID) -> list[Appointment]:
        """What was booked in a call."""
        return self._appointments.of_call(work, tenant_id, call_id=call_id)

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
        owner = Owner(agency_id=agency_id, tenant_id=tenant_id)
        new = NewSlot(
            starts_at=starts_at, ends_at=ends_at, resource=resource, services=tuple(services)
        )
        return self._slots.offer(work, owner, slot_id=new_id(), new=new) is not None

    def page(self, work: Work, wanted: ListQuery) -> Page[Appointment]:
        """Appointments within the scope."""
        return self._appointments.page(work, wanted)

    def get(self, work: Work, appointment_id: UUID) -> Appointment:
        """The appointment; raises `AppointmentNotFound`, also for one outside the scope."""
        found = self._appointments.by_id(work, appointment_id)
        if found is None:
            raise AppointmentNotFound
        return found

    def add(self, work: Work, tenant_id: UUID, *, new: NewAppointment) -> Appointment:
        """Book a free time by hand.

        Raises `NameMissing`, `SlotUnbookable`, `SlotTaken`, `ForeignCall`.
        """
        _named(new.customer_name)
        slot = self._bookable(work, tenant_id, slot_id=new.slot_id)
        if slot is None:
            raise SlotUnbookable
        appointment_id = new_id()
        with _refused(work):
            kept = self._keep(work, slot, appointment_id=appointment_id, new=new)
        if kept.id != appointment_id:
            raise SlotTaken
        self._record(work, "appointment.booked", kept)
        return kept

    def change(
        self,
        work: Work,
        appointment_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Appointment:
        """The appointment with `changes` by field; another `slot_id` moves it to that time.

        What was kept can be told to be completed or missed, also when the other was told before.
        Raises `AppointmentNotFound`, `Stale`, `AppointmentSettled`, `NameMissing`,
        `SlotUnbookable`, `SlotTaken`.
        """
        before = self._locked(work, appointment_id, expected=expected)
        if before.status is AppointmentStatus.CANCELLED:
            raise AppointmentSettled
        _named(str(changes.get("customer_name", before.customer_name)))
        pairs = differences(before, changes)
        if "slot_id" in pairs:
            pairs |= differences(before, self._times(work, before, to=pairs["slot_id"][1]))
        with _refused(work):
            self._appointments.change(
                work, before, changes={name: after for name, (_, after) in pairs.items()}
            )
        if pairs:
            told = {name: pair for name, pair in pairs.items() if name in _TOLD}
            self._record(work, "appointment.updated", before, changes=told)
        return self.get(work, appointment_id)

    def cancel(self, work: Work, appointment_id: UUID, *, expected: Expected = ANY) -> None:
        """Cancel what is booked: its time is free again.

        Raises `AppointmentNotFound`, `Stale`, `AppointmentSettled`.
        """
        before = self._locked(work, appointment_id, expected=expected)
        if before.status is not AppointmentStatus.BOOKED:
            raise AppointmentSettled
        changes = {"status": AppointmentStatus.CANCELLED, "cancelled_at": self._clock.now()}
        self._appointments.change(work, before, changes=changes)
        self._record(work, "appointment.cancelled", before)

    def _bookable(self, work: Work, tenant_id: UUID, *, slot_id: UUID) -> BookableSlot | None:
        now = self._clock.now()
        return self._slots.bookable(work, tenant_id, slot_id=slot_id, now=now)

    def _keep(
        self, work: Work, slot: BookableSlot, *, appointment_id: UUID, new: NewAppointment
    ) -> Appointment:
        """What is kept in the slot now: the new appointment, or that of whoever was faster."""
        for _ in range(_ATTEMPTS):
            code = self._code()
            self._appointments.insert(work, slot, appointment_id=appointment_id, new=new, code=code)
            kept = self._appointments.in_slot(work, slot.tenant_id, slot_id=slot.id)
            if kept is not None:
                return kept
        raise SlotTaken

    def _locked(self, work: Work, appointment_id: UUID, *, expected: Expected) -> Appointment:
        found = self._appointments.lock(work, appointment_id)
        if found is None:
            raise AppointmentNotFound
        expected.check(found)
        return found

    def _times(self, work: Work, appointment: Appointment, *, to: object) -> dict[str, object]:
        """When it is once it has been moved to another slot, which is free."""
        if appointment.status is not AppointmentStatus.BOOKED:
            raise AppointmentSettled
        slot = self._bookable(work, appointment.tenant_id, slot_id=UUID(str(to)))
        if slot is None:
            raise SlotUnbookable
        # Told at once, so that two who would change places do not wait for each other.
        if self._appointments.in_slot(work, slot.tenant_id, slot_id=slot.id) is not None:
            raise SlotTaken
        return {"starts_at": slot.starts_at, "ends_at": slot.ends_at}

    def _record(
        self,
        work: Work,
        action: str,
        appointment: Appointment,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="appointment",
            resource_id=appointment.id,
            changes=changes or {},
        )
        self._audit.record(
            work, change, agency_id=appointment.agency_id, tenant_id=appointment.tenant_id
        )


def _named(name: str) -> str:
    if not name.strip():
        raise NameMissing
    return name.strip()


@contextmanager
def _refused(work: Work) -> Generator[None]:
    """Constraints of the table as what they mean."""
    try:
        with work.savepoint():
            yield
    except UniqueViolation as exc:
        raise SlotTaken from exc
    except ForeignKeyViolation as exc:
        raise ForeignCall from exc
