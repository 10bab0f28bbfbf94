"""Values of appointments: when a time is free, how it is told, and what of it is read out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aiconnected.appointments.models import APPOINTMENTS, SLOTS, OfferedSlot, Slot
from aiconnected.appointments.service import new_code
from aiconnected.kit.errors import Invalid
from aiconnected.kit.ids import new_id

pytestmark = pytest.mark.unit

START = datetime(2036, 1, 15, 15, tzinfo=UTC)


def offered(appointment_id: UUID | None) -> OfferedSlot:
    return OfferedSlot(
        id=new_id(),
        agency_id=new_id(),
        tenant_id=new_id(),
        resource="Chair 1",
        services=(),
        starts_at=START,
        ends_at=START + timedelta(minutes=45),
        appointment_id=appointment_id,
        created_at=START,
        updated_at=START,
    )


def test_a_time_is_free_while_no_appointment_is_kept_in_it() -> None:
    assert offered(None).free
    assert not offered(new_id()).free


def test_a_time_is_told_as_the_clients_clock_shows_it() -> None:
    slot = Slot(
        id=new_id(),
        resource="",
        starts_at=START,
        ends_at=START + timedelta(minutes=45),
        timezone="America/New_York",
    )

    assert slot.local_start.hour == 10


def test_codes_hold_nothing_that_sounds_or_looks_like_something_else() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) > 190
    assert not set("".join(codes)) & set("BDGILOQSUVZ012568")


def test_lists_come_in_the_order_of_the_day() -> None:
    for listable in (APPOINTMENTS, SLOTS):
        assert listable.read({}).order.text == "starts_at"
    (asked,) = SLOTS.read({"free": ["true"]}).conditions
    assert asked.value is True
    with pytest.raises(Invalid):
        APPOINTMENTS.read({"status": ["gone"]})
