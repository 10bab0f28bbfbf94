"""The record of calls: every fact once, whatever order it comes in, and none is lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.calls.views import CallDetail, Turn
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import (
    CallEnded,
    Component,
    LegEnded,
    LegStarted,
    RecordingWritten,
    Role,
    Speech,
    StateChanged,
    ToolCalled,
    TurnCommitted,
    UsageMeasured,
)
from aiconnected.contracts.spool import SpoolLine
from aiconnected.db import Scope
from aiconnected.kit.ids import new_id
from aiconnected.usage.models import Rate, RateKind
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

OWNER = "host:1:a"
LEG = new_id()


@pytest.fixture
def ticket(core: Core, practice: Practice) -> CallTicket:
    """A call that a process has taken."""
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+12125550100", to=practice.number)
    assert isinstance(ticket, CallTicket)
    core.calls.redeem(ticket.ticket, external_id="CA1", owner=OWNER)
    return ticket


def spooled(core: Core, ticket: CallTicket, facts: Sequence[Body]) -> list[SpoolLine]:
    """The lines of a spool, a second between them."""
    return [
        SpoolLine(
            seq=seq,
            owner=OWNER,
            envelope=Envelope.of(
                fact,
                at=core.clock.now() + timedelta(seconds=seq),
                agency_id=ticket.agency_id,
                tenant_id=ticket.tenant_id,
                call_id=ticket.call_id,
            ),
        )
        for seq, fact in enumerate(facts)
    ]


def step(before: str, after: str, **more: str) -> StateChanged:
    return StateChanged(before=before, after=after, **more)


def turn(number: int, role: Role, text: str, *, at: datetime, heard: str | None = None) -> Body:
    return TurnCommitted(
        turn=number,
        role=role,
        speech=Speech.GREETING if number == 0 else Speech.ANSWER,
        text=text,
        heard_text=text if heard is None else heard,
        interrupted=heard is not None,
        started_at=at + timedelta(seconds=number),
        ended_at=at + timedelta(seconds=number + 1),
        audio_ms=1000 * number,
        confidence=0.9 if role is Role.CALLER else None,
        marks={"committed": 500.0, "first_audio": 620.0} if role is Role.AGENT else {},
    )


def whole_call(core: Core) -> list[Body]:
    now = core.clock.now()
    return [
        LegStarted(leg_id=LEG, kind="twilio", external_id="MZ1", encoding="mulaw", rate=8000),
        step("ringing", "connected"),
        turn(0, Role.AGENT, "Hello.", at=now),
        step("connected", "conversing"),
        turn(1, Role.CALLER, "Do you take Delta?", at=now),
        ToolCalled(
            name="search_knowledge",
            arguments={"q": "Delta"},
            ok=True,
            result="yes",
            duration_ms=12.5,
        ),
        turn(2, Role.AGENT, "Yes, we do take Delta Dental.", at=now, heard="Yes, we do"),
        UsageMeasured(
            component=Component.STT,
            provider="deepgram",
            model="nova-2",
            unit="second",
            quantity=Decimal(90),
            ref="stt-1",
        ),
        LegEnded(leg_id=LEG, reason="caller_hung_up"),
        step("conversing", "ended"),
        RecordingWritten(
            recording_id=new_id(),
            bucket="recordings",
            key="t/1.wav",
            content_type="audio/wav",
            channels=2,
            rate=8000,
            duration_ms=9000,
            size_bytes=144000,
            sha256="0" * 64,
        ),
        CallEnded(
            outcome="completed",
            reason="caller_hung_up",
            answered_at=now + timedelta(seconds=1),
            ended_at=now + timedelta(seconds=91),
        ),
    ]


def seen(core: Core, ticket: CallTicket, practice: Practice) -> tuple[CallDetail, list[Turn]]:
    with core.database.work(practice.tenancy.scope) as work:
        return core.reader.get(work, ticket.call_id, with_money=True), core.reader.transcript(
            work, ticket.call_id
        )


def rate(core: Core, kind: RateKind, component: Component, micros: int) -> None:
    with core.database.work(Scope.platform("seed")) as work:
        made = Rate(
            id=new_id(),
            kind=kind,
            component=component,
            unit="second",
            micros=micros,
            per=Decimal(60),
            currency="USD",
            valid_from=core.clock.now() - timedelta(days=1),
        )
        core.usage.add_rate(work, made, source="test")


def test_a_call_is_kept_as_it_was_told(core: Core, practice: Practice, ticket: CallTicket) -> None:
    core.facts.store(spooled(core, ticket, whole_call(core)))

    detail, turns = seen(core, ticket, practice)
    assert (detail.call.state, detail.call.status) == (CallState.ENDED, CallStatus.COMPLETED)
    assert detail.call.duration_ms == 90_000
    assert [leg.end_reason for leg in detail.legs] == ["caller_hung_up"]
    assert [event.seq for event in detail.events if event.seq >= 0] == list(range(12))
    assert {event.fault for event in detail.events} == {""}
    assert [(t.role, t.text, t.heard_text, t.interrupted) for t in turns] == [
        (Role.AGENT, "Hello.", "Hello.", False),
        (Role.CALLER, "Do you take Delta?", "Do you take Delta?", False),
        (Role.AGENT, "Yes, we do take Delta Dental.", "Yes, we do", True),
    ]
    found = turns[2].waterfall
    assert found is not None
    assert found.stages == {"silence_wait": 500.0, "tts_first_byte": 120.0}
    with core.database.work(practice.tenancy.scope) as work:
        link = core.reader.recording(work, ticket.call_id)
    assert link.url.startswith("https://objects.example/recordings/t/1.wav?as=call-20261121")


def test_a_spool_that_is_replayed_changes_nothing(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    lines = spooled(core, ticket, whole_call(core))
    core.facts.store(lines)
    before = seen(core, ticket, practice)

    core.facts.store(lines)
    core.facts.store(lines[3:8])

    assert seen(core, ticket, practice) == before
    core.relay.run()
    assert {message.type for message in core.queue.jobs} == {"recording.written", "call.ended"}
    assert len(core.queue.jobs) == 2
    assert sorted(core.queue.events) == ["call.answered", "call.ended", "call.started"]


def test_facts_in_any_order_lead_to_the_same_call(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    lines = spooled(core, ticket, whole_call(core))

    for line in reversed(lines):
        core.facts.store([line])

    detail, turns = seen(core, ticket, practice)
    assert (detail.call.state, detail.call.status) == (CallState.ENDED, CallStatus.COMPLETED)
    assert {event.fault for event in detail.events} == {""}
    assert len(turns) == 3


def test_the_state_follows_the_steps_though_they_come_late(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    lines = spooled(core, ticket, [step("ringing", "connected"), step("connected", "conversing")])

    core.facts.store(lines[1:])
    assert seen(core, ticket, practice)[0].call.state is CallState.RINGING
    core.facts.store(lines[:1])

    detail, _ = seen(core, ticket, practice)
    assert (detail.call.state, detail.call.status) == (
        CallState.CONVERSING,
        CallStatus.IN_PROGRESS,
    )
    assert detail.call.answered_at == lines[0].envelope.at
    assert {event.fault for event in detail.events} == {""}


def test_an_illegal_step_is_kept_and_marked_and_changes_nothing(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    core.facts.store(
        spooled(
            core,
            ticket,
            [step("ringing", "connected"), step("connected", "ringing"), step("x", "y")],
        )
    )

    detail, _ = seen(core, ticket, practice)
    assert detail.call.state is CallState.CONNECTED
    faults = {event.seq: event.fault for event in detail.events if event.seq >= 0}
    assert faults == {0: "", 1: "illegal_transition", 2: "illegal_transition"}


def test_what_cannot_be_read_or_kept_costs_no_other_fact(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    now = core.clock.now()
    good = spooled(core, ticket, [turn(0, Role.AGENT, "Hel\0lo.", at=now)] * 4)
    unknown = good[1].envelope.model_copy(update={"type": "call.dreamt"})
    unreadable = good[2].envelope.model_copy(update={"body": {"turn": "many"}})
    bad_leg = LegStarted(leg_id=LEG, kind="pigeon", external_id="1", encoding="mulaw", rate=8000)
    refused = spooled(core, ticket, [bad_leg] * 4)[3]

    core.facts.store(
        [
            good[0],
            good[1].model_copy(update={"envelope": unknown}),
            good[2].model_copy(update={"envelope": unreadable}),
            refused,
        ]
    )

    detail, turns = seen(core, ticket, practice)
    faults = {event.seq: event.fault for event in detail.events if event.seq >= 0}
    assert faults == {0: "", 1: "unknown", 2: "unreadable", 3: "refused"}
    assert [found.text for found in turns] == ["Hello."]
    assert detail.legs == ()


def test_facts_under_another_tenants_name_are_left_out(
    core: Core,
    practice: Practice,
    ticket: CallTicket,
    tenancies: Tenancies,
) -> None:
    stranger = tenancies.stranger
    (line,) = spooled(core, ticket, [step("ringing", "connected")])
    forged = line.envelope.model_copy(
        update={"tenant_id": stranger.tenant_id, "agency_id": stranger.agency_id}
    )

    core.facts.store([line.model_copy(update={"envelope": forged})])

    assert seen(core, ticket, practice)[0].call.state is CallState.RINGING


def test_the_recording_and_the_end_each_leave_a_message_for_their_job(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    lines = spooled(core, ticket, whole_call(core))

    core.facts.store(lines)
    core.relay.run()

    assert {message.id for message in core.queue.jobs} == {line.envelope.id for line in lines[-2:]}
    assert core.reaper.reap() == 0


def test_a_finalised_call_has_its_transcript_and_its_bill(
    core: Core, practice: Practice, ticket: CallTicket, database_urls: DatabaseUrls
) -> None:
    rate(core, RateKind.COST, Component.STT, 4300)
    rate(core, RateKind.COST, Component.TELEPHONY, 5000)
    rate(core, RateKind.PRICE, Component.TELEPHONY, 65_000)
    lines = spooled(core, ticket, whole_call(core))
    core.facts.store(lines)

    first = core.finaliser.finalise(lines[-1].envelope)
    again = core.finaliser.finalise(lines[-1].envelope)

    assert first is not None
    assert first == again
    assert (first.cost.micros, first.price.micros, first.margin.micros) == (
        6450 + 7500,
        97_500,
        83_550,
    )
    detail, _ = seen(core, ticket, practice)
    assert detail.call.cost == first.cost
    assert detail.call.margin == first.margin
    assert detail.bill.components == first.components
    with psycopg.connect(database_urls.owner) as connection:
        texts = connection.execute("SELECT full_text, turn_count, word_count FROM transcripts")
        assert texts.fetchall() == [
            ("agent: Hello.\ncaller: Do you take Delta?\nagent: Yes, we do", 3, 8)
        ]


def test_a_call_that_has_not_ended_is_not_finalised(core: Core, ticket: CallTicket) -> None:
    (line,) = spooled(core, ticket, [step("ringing", "connected")])

    assert core.finaliser.finalise(line.envelope) is None


def test_the_owners_word_holds_over_the_reapers(
    core: Core, practice: Practice, ticket: CallTicket
) -> None:
    lines = spooled(core, ticket, whole_call(core))
    core.clock.move(timedelta(minutes=12))
    assert core.reaper.reap() == 1
    assert seen(core, ticket, practice)[0].call.status is CallStatus.FAILED

    core.facts.store(lines)

    assert seen(core, ticket, practice)[0].call.status is CallStatus.COMPLETED
