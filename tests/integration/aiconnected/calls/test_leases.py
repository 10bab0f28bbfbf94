"""Leases: who renews keeps its calls, and who is silent for ten minutes has them closed."""

from datetime import timedelta

import pytest

from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.calls.state import CallStatus
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

OWNER = "host:1:a"


@pytest.fixture
def ticket(core: Core, practice: Practice) -> CallTicket:
    """A call that a process has taken."""
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+12125550100", to=practice.number)
    assert isinstance(ticket, CallTicket)
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    return ticket


def status(core: Core, practice: Practice, ticket: CallTicket) -> CallStatus:
    with core.database.work(practice.tenancy.scope) as work:
        return core.reader.call(work, ticket.call_id).status


def test_a_renewed_call_is_never_reaped(core: Core, ticket: CallTicket) -> None:
    for _ in range(6):
        core.clock.move(timedelta(minutes=9))
        core.leases.renew(OWNER, [ticket.call_id])

    assert core.reaper.reap() == 0


def test_a_call_is_closed_ten_minutes_after_its_lease_ran_out(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    core.clock.move(timedelta(minutes=10, seconds=29))
    assert core.reaper.reap() == 0

    core.clock.move(timedelta(seconds=2))
    assert core.reaper.reap() == 1

    assert status(core, practice, ticket) is CallStatus.FAILED
    assert core.reaper.reap() == 0
    core.relay.run()
    assert [message.type for message in core.queue.jobs] == ["call.ended"]
    assert sorted(core.queue.events) == ["call.ended", "call.started"]


def test_a_process_cannot_renew_the_call_of_another(core: Core, ticket: CallTicket) -> None:
    core.clock.move(timedelta(minutes=10))
    core.leases.renew("host:2:b", [ticket.call_id])
    core.clock.move(timedelta(minutes=1))

    assert core.reaper.reap() == 1


def test_a_call_that_nobody_took_is_closed_too(core: Core, practice: Practice) -> None:
    ticket = core.calls.open(Carrier.TWILIO, "CA2", from_="+12125550100", to=practice.number)
    assert isinstance(ticket, CallTicket)
    core.clock.move(timedelta(minutes=11))

    core.reaper.reap()

    assert status(core, practice, ticket) is CallStatus.ABANDONED
