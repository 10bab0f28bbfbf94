"""Appointments: free times are offered in the tenant's own day, and each is booked once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from aiconnected.appointments.errors import (
    AppointmentNotFound,
    AppointmentSettled,
    NameMissing,
    SlotKept,
    SlotNotFound,
    SlotTaken,
)
from aiconnected.appointments.models import Appointment, NewAppointment, PartOfDay
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.appointments.service import AppointmentService
from aiconnected.appointments.slots import SlotRepository
from aiconnected.audit.repository import AuditRepository
from aiconnected.audit.service import AuditService
from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.kit.ids import new_id
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.scopes import TenantScopes
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)


def offer(
    core: Core, tenancy: Tenancy, hour: int, *, day: date = MONDAY, services: tuple[str, ...] = ()
) -> None:
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=NEW_YORK)
    with core.database.work(tenancy.scope) as work:
        core.appointments.offer(
            work,
            agency_id=tenancy.agency_id,
            tenant_id=tenancy.tenant_id,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=45),
            services=services,
        )


def hours(core: Core, tenancy: Tenancy, **asked: object) -> list[int]:
    slots = core.appointments.available(tenancy.tenant_id, **asked)  # pyright: ignore[reportArgumentType] -- test data
    return [slot.local_start.hour for slot in slots]


def only_slot(core: Core, tenancy: Tenancy) -> UUID:
    (slot,) = core.appointments.available(tenancy.tenant_id)
    return slot.id


def book(core: Core, tenancy: Tenancy, slot_id: UUID, call_id: UUID | None = None) -> Appointment:
    return core.appointments.book(
        tenancy.tenant_id, call_id=call_id, slot_id=slot_id, name=" Ann ", service="cleaning"
    )


def test_the_next_times_are_offered_in_order(core: Core, tenancy: Tenancy) -> None:
    for hour in (16, 9, 11, 18):
        offer(core, tenancy, hour)

    assert hours(core, tenancy) == [9, 11, 16]
    assert hours(core, tenancy, limit=10) == [9, 11, 16, 18]
    assert hours(core, tenancy, part_of_day=PartOfDay.AFTERNOON) == [16]
    assert hours(core, tenancy, part_of_day=PartOfDay.MORNING) == [9, 11]
    assert hours(core, tenancy, part_of_day=PartOfDay.EVENING) == [18]


def test_a_day_is_the_tenants_own(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 21)  # already the next day in UTC

    assert hours(core, tenancy, day=MONDAY) == [21]
    assert hours(core, tenancy, day=MONDAY + timedelta(days=1)) == []


def test_a_time_for_other_services_is_not_offered(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9, services=("Cleaning",))
    offer(core, tenancy, 10)

    assert hours(core, tenancy, service="cleaning") == [9, 10]
    assert hours(core, tenancy, service="Crown") == [10]


def test_times_that_are_past_are_neither_offered_nor_booked(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)
    core.clock.move(timedelta(days=30))

    assert hours(core, tenancy) == []
    with pytest.raises(SlotNotFound):
        book(core, tenancy, slot_id)


def test_a_booked_time_is_gone_until_it_is_cancelled(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)

    made = book(core, tenancy, slot_id)

    assert (made.customer_name, made.local_start.hour) == ("Ann", 9)
    assert len(made.confirmation_code) == 6
    assert hours(core, tenancy) == []
    with core.database.work(tenancy.scope) as work:
        core.appointments.cancel(work, made.id)
    with pytest.raises(AppointmentSettled), core.database.work(tenancy.scope) as work:
        core.appointments.cancel(work, made.id)
    assert hours(core, tenancy) == [9]
    book(core, tenancy, slot_id)


def test_of_ten_callers_one_gets_the_time(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)

    def attempt(_: int) -> bool:
        try:
            book(core, tenancy, slot_id)
        except SlotTaken:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 1


def test_a_call_that_asks_twice_gets_its_appointment_again(core: Core, practice: Practice) -> None:
    tenancy = practice.tenancy
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+12125550100", to=practice.number)
    assert isinstance(ticket, CallTicket)

    first = book(core, tenancy, slot_id, ticket.call_id)

    assert book(core, tenancy, slot_id, ticket.call_id) == first
    with pytest.raises(SlotTaken):
        book(core, tenancy, slot_id)
    with core.database.work(tenancy.scope) as work:
        found = core.appointments.of_call(work, tenant_id=tenancy.tenant_id, call_id=ticket.call_id)
    assert found == [first]


def test_another_tenants_time_cannot_be_booked(core: Core, tenancies: Tenancies) -> None:
    offer(core, tenancies.plumbing, 9)
    slot_id = only_slot(core, tenancies.plumbing)

    with pytest.raises(SlotNotFound):
        book(core, tenancies.dental, slot_id)


def test_an_appointment_needs_a_name(core: Core, tenancy: Tenancy) -> None:
    with pytest.raises(NameMissing):
        core.appointments.book(tenancy.tenant_id, call_id=None, slot_id=new_id(), name=" ")


def test_what_is_not_booked_cannot_be_cancelled(core: Core, tenancy: Tenancy) -> None:
    with pytest.raises(AppointmentNotFound), core.database.work(tenancy.scope) as work:
        core.appointments.cancel(work, new_id())


def withdraw(core: Core, tenancy: Tenancy, slot_id: UUID) -> None:
    with core.database.work(tenancy.scope) as work:
        core.slots.withdraw(work, slot_id)


def test_a_time_that_is_being_booked_is_not_withdrawn(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)
    new = NewAppointment(slot_id=slot_id, customer_name="Ann")

    with ThreadPoolExecutor(1) as pool:
        with core.database.work(tenancy.scope) as work:
            core.appointments.add(work, tenancy.tenant_id, new=new)
            withdrawing = pool.submit(withdraw, core, tenancy, slot_id)

        with pytest.raises(SlotKept):
            withdrawing.result()


def test_a_time_that_is_being_withdrawn_is_not_booked(core: Core, tenancy: Tenancy) -> None:
    offer(core, tenancy, 9)
    slot_id = only_slot(core, tenancy)

    with ThreadPoolExecutor(1) as pool:
        with core.database.work(tenancy.scope) as work:
            core.slots.withdraw(work, slot_id)
            booking = pool.submit(book, core, tenancy, slot_id)

        with pytest.raises(SlotNotFound):
            booking.result()
    assert hours(core, tenancy) == []


def test_a_code_that_is_another_appointments_is_drawn_again(core: Core, tenancy: Tenancy) -> None:
    codes = iter(["ACEFHJ", "ACEFHJ", "KMNPRT"])
    appointments = AppointmentService(
        AppointmentRepository(),
        slots=SlotRepository(),
        database=core.database,
        scopes=TenantScopes(TenantRepository(), database=core.database),
        audit=AuditService(AuditRepository(), core.clock),
        clock=core.clock,
        code=codes.__next__,
    )
    for hour in (9, 10):
        offer(core, tenancy, hour)
    slots = core.appointments.available(tenancy.tenant_id)

    made = [
        appointments.book(tenancy.tenant_id, call_id=None, slot_id=slot.id, name="Ann")
        for slot in slots
    ]

    assert [each.confirmation_code for each in made] == ["ACEFHJ", "KMNPRT"]
