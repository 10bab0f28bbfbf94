"""What follows a media stream, and what the carrier's own word closes."""

from datetime import timedelta

import pytest

from aiconnected.calls.aftermath import Aftermath, DialReason, Next
from aiconnected.calls.carrier import CarrierStatus
from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.calls.state import CallStatus
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import CallEnded, StateChanged
from aiconnected.contracts.spool import SpoolLine
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

OWNER = "host:1:a"
FALLBACK = Aftermath(
    next=Next.DIAL, number="+12125550143", reason=DialReason.FALLBACK, after_failure=True
)


@pytest.fixture
def ticket(core: Core, practice: Practice) -> CallTicket:
    """A call that rings."""
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+12125550100", to=practice.number)
    assert isinstance(ticket, CallTicket)
    return ticket


def tell(core: Core, ticket: CallTicket, *facts: Body) -> None:
    core.facts.store(
        [
            SpoolLine(
                seq=seq,
                owner=OWNER,
                envelope=Envelope.of(
                    fact,
                    at=core.clock.now(),
                    agency_id=ticket.agency_id,
                    tenant_id=ticket.tenant_id,
                    call_id=ticket.call_id,
                ),
            )
            for seq, fact in enumerate(facts)
        ]
    )


def connected() -> StateChanged:
    return StateChanged(before="ringing", after="connected")


def transferring(target: str = "") -> StateChanged:
    return StateChanged(before="connected", after="transferring", reason="asked", target=target)


def ended(core: Core, outcome: str) -> CallEnded:
    return CallEnded(outcome=outcome, reason="test", ended_at=core.clock.now())


def after(core: Core) -> Aftermath:
    return core.carrier.aftermath(Carrier.TWILIO, "CA1")


def status(core: Core, practice: Practice, ticket: CallTicket) -> CallStatus:
    with core.database.work(practice.tenancy.scope) as work:
        return core.reader.call(work, ticket.call_id).status


@pytest.mark.parametrize("outcome", ["completed", "abandoned"])
def test_a_conversation_that_ended_is_hung_up(core: Core, ticket: CallTicket, outcome: str) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    tell(core, ticket, connected(), ended(core, outcome))

    assert after(core) == Aftermath(next=Next.HANG_UP)


def test_a_transfer_is_dialled_once_and_its_outcome_kept(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    tell(core, ticket, connected(), transferring("+12125550177"))

    assert after(core) == Aftermath(
        next=Next.DIAL, number="+12125550177", reason=DialReason.TRANSFER
    )
    done = core.carrier.aftermath(Carrier.TWILIO, "CA1", dial_status=CarrierStatus.COMPLETED)
    assert done == Aftermath(next=Next.HANG_UP)
    with core.database.work(practice.tenancy.scope) as work:
        (transfer,) = core.reader.get(work, ticket.call_id).transfers
    assert (transfer.target, transfer.outcome) == ("+12125550177", "accepted")
    core.relay.run()
    told = [name for name in core.queue.events if name.startswith("transfer.")]
    assert sorted(told) == ["transfer.completed", "transfer.started"]


def test_a_transfer_without_a_target_goes_to_the_clients_own_telephone(
    core: Core, ticket: CallTicket
) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    tell(core, ticket, connected(), transferring(), ended(core, "transferred"))

    assert after(core).number == "+12125550143"


def test_a_broken_conversation_goes_to_the_fallback(core: Core, ticket: CallTicket) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    tell(core, ticket, connected(), ended(core, "failed"))

    assert after(core) == FALLBACK


def test_a_call_that_nobody_took_goes_to_the_fallback_and_is_closed(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    began = core.clock.monotonic()

    assert after(core) == FALLBACK

    assert core.clock.monotonic() == began
    assert status(core, practice, ticket) is CallStatus.ABANDONED


def test_the_last_facts_of_a_living_owner_are_waited_for(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    tell(core, ticket, connected())
    began = core.clock.monotonic()

    assert after(core) == FALLBACK

    assert 2.0 <= core.clock.monotonic() - began < 2.5
    assert status(core, practice, ticket) is CallStatus.IN_PROGRESS  # its owner will close it


def test_a_lost_owner_is_not_waited_for(core: Core, practice: Practice, ticket: CallTicket) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    core.clock.move(timedelta(seconds=31))
    began = core.clock.monotonic()

    assert after(core) == FALLBACK

    assert core.clock.monotonic() == began
    assert status(core, practice, ticket) is CallStatus.FAILED


def test_an_unknown_call_is_hung_up_with_a_word(core: Core) -> None:
    assert after(core) == Aftermath(next=Next.HANG_UP, after_failure=True)


@pytest.mark.parametrize("said", [CarrierStatus.COMPLETED, CarrierStatus.NO_ANSWER])
def test_a_call_without_an_owner_ends_when_the_carrier_says_so(
    core: Core, practice: Practice, ticket: CallTicket, said: CarrierStatus
) -> None:
    assert core.carrier.status_changed(Carrier.TWILIO, "CA1", status=said)

    assert status(core, practice, ticket) is CallStatus.ABANDONED
    core.relay.run()
    assert [message.type for message in core.queue.jobs] == ["call.ended"]
    assert sorted(core.queue.events) == ["call.ended", "call.started"]


def test_a_call_with_an_owner_is_left_to_it(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)

    core.carrier.status_changed(Carrier.TWILIO, "CA1", status=CarrierStatus.COMPLETED)

    assert status(core, practice, ticket) is CallStatus.RINGING
    with core.database.work(practice.tenancy.scope) as work:
        types = [event.type for event in core.reader.events(work, ticket.call_id)]
    assert "call.carrier_status" in types


def test_the_status_of_an_unknown_call_is_told_apart(core: Core) -> None:
    assert not core.carrier.status_changed(Carrier.TWILIO, "CA9", status=CarrierStatus.COMPLETED)
