"""Opening of calls: one call for one webhook, and a reason for every refusal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from aiconnected.calls.errors import CallNotFound, TicketExpired, TicketInvalid, TicketUsed
from aiconnected.calls.models import CallTicket, Carrier, Refusal, RefusalReason
from aiconnected.calls.state import CallStatus
from aiconnected.kit.ids import new_id
from aiconnected.live.connection import connect
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.voice import Core, Practice, build_core

pytestmark = pytest.mark.integration

CALLER = "+12125550100"


def ring(core: Core, practice: Practice, sid: str = "CA1") -> CallTicket | Refusal:
    return core.calls.open(Carrier.TWILIO, sid, from_=CALLER, to=practice.number)


def ticket_of(core: Core, practice: Practice, sid: str = "CA1") -> CallTicket:
    answer = ring(core, practice, sid)
    assert isinstance(answer, CallTicket)
    return answer


def owner_sql(urls: DatabaseUrls, statement: str) -> None:
    with psycopg.connect(urls.owner) as connection:
        connection.execute(statement.encode())


def test_a_call_to_a_known_number_gets_a_ticket(core: Core, practice: Practice) -> None:
    ticket = ticket_of(core, practice)

    assert ticket.tenant_id == practice.tenancy.tenant_id
    assert ticket.fallback_number == "+12125550143"
    with core.database.work(practice.tenancy.scope) as work:
        detail = core.reader.get(work, ticket.call_id)
    assert detail.call.status is CallStatus.RINGING
    assert detail.call.from_number == CALLER
    assert [event.type for event in detail.events] == ["call.opened"]


def test_ten_deliveries_of_one_webhook_make_one_call_and_take_one_seat(
    core: Core, practice: Practice
) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: ring(core, practice), range(10)))

    assert len({answer.ticket for answer in answers if isinstance(answer, CallTicket)}) == 1
    assert all(isinstance(answer, CallTicket) for answer in answers)
    others = [ring(core, practice, f"CA-{n}") for n in range(5)]
    assert [isinstance(other, CallTicket) for other in others] == [True] * 4 + [False]


def test_a_late_delivery_gets_the_same_ticket(core: Core, practice: Practice) -> None:
    first = ticket_of(core, practice)
    core.clock.move(timedelta(seconds=10))

    assert ticket_of(core, practice) == first


def test_a_number_that_is_nobodys_leaves_no_call(core: Core, practice: Practice) -> None:
    answer = core.calls.open(Carrier.TWILIO, "CA1", from_=CALLER, to="+12125550000")

    assert answer == Refusal(reason=RefusalReason.UNKNOWN_NUMBER)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE tenants SET status = 'suspended'", RefusalReason.TENANT_SUSPENDED),
        ("UPDATE agencies SET status = 'suspended'", RefusalReason.AGENCY_SUSPENDED),
        ("UPDATE agents SET status = 'paused'", RefusalReason.NO_AGENT),
    ],
)
def test_a_refused_call_is_kept_with_its_reason(
    core: Core,
    practice: Practice,
    database_urls: DatabaseUrls,
    statement: str,
    reason: RefusalReason,
) -> None:
    owner_sql(database_urls, statement)

    answer = ring(core, practice)

    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.fallback_number) == (reason, "+12125550143")
    assert ring(core, practice) == answer
    assert answer.call_id is not None
    with core.database.work(practice.tenancy.scope) as work:
        detail = core.reader.get(work, answer.call_id)
    assert (detail.call.status, detail.call.refusal_reason) == (CallStatus.REFUSED, reason)
    assert [event.type for event in detail.events] == ["call.refused"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE tenants SET max_concurrent_calls = 1", RefusalReason.TENANT_FULL),
        ("UPDATE agencies SET max_concurrent_calls = 1", RefusalReason.AGENCY_FULL),
    ],
)
def test_a_full_house_refuses_the_next_call_until_one_ends(
    core: Core,
    practice: Practice,
    database_urls: DatabaseUrls,
    statement: str,
    reason: RefusalReason,
) -> None:
    owner_sql(database_urls, statement)
    first = ticket_of(core, practice)

    second = ring(core, practice, "CA2")

    assert isinstance(second, Refusal)
    assert second.reason is reason
    ring(core, practice, "CA2b")
    core.relay.run()
    told = core.queue.events.count("quota.exceeded")
    assert told == (1 if reason is RefusalReason.TENANT_FULL else 0)
    core.clock.move(timedelta(minutes=11))
    assert core.reaper.reap() == 1
    assert isinstance(ring(core, practice, "CA3"), CallTicket)
    with core.database.work(practice.tenancy.scope) as work:
        assert core.reader.call(work, first.call_id).status is CallStatus.ABANDONED


def test_a_ticket_opens_one_socket(core: Core, practice: Practice) -> None:
    ticket = ticket_of(core, practice)

    config = core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:1:a")

    assert (config.call_id, config.external_id) == (ticket.call_id, "CA1")
    assert config.agent.greeting == "Thank you for calling dental."
    assert config == core.calls.config(ticket.call_id)
    with pytest.raises(TicketUsed):
        core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:2:b")


def test_of_ten_who_use_one_ticket_one_gets_the_call(core: Core, practice: Practice) -> None:
    ticket = ticket_of(core, practice)

    def redeem(n: int) -> bool:
        try:
            core.calls.redeem(ticket.ticket, external_id="CA1", owner=f"host:{n}")
        except TicketUsed:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(redeem, range(10))) == 1


def test_a_ticket_is_good_for_sixty_seconds(core: Core, practice: Practice) -> None:
    ticket = ticket_of(core, practice)
    core.clock.move(timedelta(seconds=60))

    with pytest.raises(TicketExpired):
        core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:1:a")


def test_a_ticket_of_a_call_that_is_over_is_invalid(core: Core, practice: Practice) -> None:
    ticket = ticket_of(core, practice)
    core.carrier.aftermath(Carrier.TWILIO, "CA1")

    with pytest.raises(TicketInvalid, match="over"):
        core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:1:a")


def test_a_forged_ticket_is_invalid(core: Core) -> None:
    with pytest.raises(TicketInvalid):
        core.calls.redeem("k1.AAAA.BBBB", external_id="CA1", owner="host:1:a")


def test_a_ticket_shown_for_another_call_is_refused_and_stays_good(
    core: Core, practice: Practice
) -> None:
    ticket = ticket_of(core, practice)

    with pytest.raises(TicketInvalid, match="another call"):
        core.calls.redeem(ticket.ticket, external_id="CA2", owner="host:1:a")

    config = core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:2:b")
    assert config.call_id == ticket.call_id


def test_an_unknown_call_has_no_configuration(core: Core) -> None:
    with pytest.raises(CallNotFound):
        core.calls.config(new_id())


def test_a_call_keeps_the_agent_version_that_it_was_opened_with(
    core: Core, practice: Practice, database_urls: DatabaseUrls
) -> None:
    ticket = ticket_of(core, practice)
    owner_sql(database_urls, "UPDATE agent_versions SET status = 'archived'")

    assert core.calls.redeem(ticket.ticket, external_id="CA1", owner="host:1:a").agent.version == 1
    assert ring(core, practice, "CA2") != ticket


def test_without_redis_calls_are_admitted_and_that_is_said(core: Core, practice: Practice) -> None:
    lost = build_core(core.database, connect("redis://127.0.0.1:1/0"))

    answer = ticket_of(lost, practice)

    assert lost.admission.degraded == 1
    with core.database.work(practice.tenancy.scope) as work:
        events = core.reader.events(work, answer.call_id)
    assert events[0].body["counted"] is False
