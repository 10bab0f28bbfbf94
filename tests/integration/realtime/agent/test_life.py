"""How a conversation begins, is held, goes silent and ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from aiconnected.calls.state import CallState
from aiconnected.contracts.commands import Command, CommandName
from aiconnected.contracts.facts import (
    Component,
    Role,
    Speech,
    StateChanged,
    TurnCommitted,
    UsageMeasured,
)
from aiconnected.kit.errors import ErrorCode
from aiconnected.kit.ids import new_id
from realtime.agent.host import AgentHost
from realtime.agent.ports import OutcomeKind
from tests.fakes.leg import FakeLeg
from tests.fixtures.agent import (
    GREETING,
    PhoneCall,
    Switchboard,
    Vendors,
    agent_settings,
    call_config,
)

pytestmark = pytest.mark.integration


def order(call: PhoneCall, name: CommandName, *, seconds: int = 5, **args: str) -> Command:
    return Command(
        id=new_id(),
        tenant_id=call.config.tenant_id,
        call_id=call.config.call_id,
        name=name,
        args=args,
        deadline=datetime.now(UTC) + timedelta(seconds=seconds),
    )


@pytest_asyncio.fixture
async def impatient(vendors: Vendors, tmp_path: Path) -> AsyncIterator[Switchboard]:
    """A host that asks after one second of silence."""
    settings = agent_settings(vendors, tmp_path, still_there_after=1.0, give_up_after=1.0)
    host = AgentHost(settings)
    await host.start()
    await host.prewarm(call_config().agent)
    yield Switchboard(host)
    await host.close()


async def test_a_question_is_answered_and_both_turns_are_written_down(
    switchboard: Switchboard,
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        call.talk()
        await call.quiet()

    greeting, question, answer = call.facts.of(TurnCommitted)
    assert (greeting.turn, greeting.speech, greeting.heard_text) == (0, Speech.GREETING, GREETING)
    assert (question.turn, question.role) == (1, Role.CALLER)
    assert question.text == "What time do you close on Saturday?"
    assert (answer.turn, answer.role, answer.interrupted) == (2, Role.AGENT, False)
    assert "2 PM on Saturday" in answer.heard_text
    assert answer.origin == question.origin
    assert list(answer.marks) == [
        "committed",
        "transcribed",
        "retrieved",
        "first_token",
        "first_clause",
        "first_audio",
        "sent",
    ]
    work = [answer.marks[name] for name in list(answer.marks)[1:]]
    assert work == sorted(work)
    assert answer.marks["sent"] >= answer.marks["committed"]
    assert [s.after for s in call.facts.of(StateChanged)] == [CallState.CONVERSING]


async def test_everything_spent_is_measured_once_with_a_reference_of_its_own(
    switchboard: Switchboard, vendors: Vendors
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        call.talk()
        await call.quiet()

    usage = call.facts.of(UsageMeasured)
    spent = dict.fromkeys(Component, 0.0)
    for record in usage:
        spent[record.component] += float(record.quantity)
    answer = call.facts.of(TurnCommitted)[-1]
    assert len({record.ref for record in usage}) == len(usage)
    assert spent[Component.TTS] == len(answer.text)
    assert spent[Component.STT] > 3
    assert spent[Component.LLM_INPUT] > 300
    assert spent[Component.LLM_OUTPUT] > 5
    assert spent[Component.EMBEDDING] > 0


async def test_a_caller_who_speaks_into_the_greeting_is_heard_and_the_rest_is_not_said(
    switchboard: Switchboard,
) -> None:
    greeting = "Hello, this is Ava of Harbor Street Dental, how can I help you this morning?"
    config = call_config(greeting=greeting)
    await switchboard.host.prewarm(config.agent)
    async with switchboard.call(config) as call:
        await asyncio.sleep(1.0)
        call.talk(1.0)
        await call.quiet(seconds=1.5)

    first, question, answer = call.facts.of(TurnCommitted)
    assert (first.speech, first.interrupted, first.text) == (Speech.GREETING, True, greeting)
    assert greeting.startswith(first.heard_text)
    assert 0 < len(first.heard_text) < len(greeting)
    assert (question.role, answer.speech) == (Role.CALLER, Speech.ANSWER)


async def test_without_local_voice_activity_callers_are_answered_and_may_interrupt(
    vendors: Vendors, tmp_path: Path
) -> None:
    host = AgentHost(agent_settings(vendors, tmp_path, local_vad=False))
    await host.start()
    greeting = "Hello, this is Ava of Harbor Street Dental, how can I help you this morning?"
    config = call_config(greeting=greeting)
    await host.prewarm(config.agent)
    async with Switchboard(host).call(config) as call:
        await asyncio.sleep(1.0)
        call.talk(1.0)
        await call.quiet(seconds=1.5)
    await host.close()

    first, _, answer = call.facts.of(TurnCommitted)
    assert first.interrupted
    assert (answer.speech, answer.interrupted) == (Speech.ANSWER, False)


async def test_stopping_lets_go_of_every_socket_and_task(
    switchboard: Switchboard, vendors: Vendors
) -> None:
    before = asyncio.all_tasks()
    async with switchboard.call() as call:
        await call.quiet()
        call.talk()
        await asyncio.sleep(1.2)  # in the middle of an answer
        began = asyncio.get_running_loop().time()
        await call.conversation.stop("caller_hung_up")
        took = asyncio.get_running_loop().time() - began

    assert took < 1.0
    assert (await call.conversation.finished()).reason == "caller_hung_up"
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert left == set()


async def test_a_leg_that_ends_in_mid_sentence_leaves_what_was_heard(
    switchboard: Switchboard,
) -> None:
    async with switchboard.call() as call:
        await asyncio.sleep(0.6)
        call.leg.hang_up()
        await asyncio.sleep(0.05)

    (greeting,) = call.facts.of(TurnCommitted)
    assert greeting.interrupted
    assert GREETING.startswith(greeting.heard_text)


async def test_another_leg_takes_the_conversation_over(switchboard: Switchboard) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        await call.conversation.detach()
        second = FakeLeg()
        line = asyncio.create_task(second.run())
        await call.conversation.attach(second)
        moved = PhoneCall(call.config, call.conversation, second, call.facts)
        moved.talk()
        await moved.quiet()
        second.hang_up()
        await line

    kinds = [turn.speech for turn in call.facts.of(TurnCommitted)]
    assert kinds == [Speech.GREETING, Speech.ANSWER, Speech.ANSWER]


async def test_a_caller_who_says_nothing_is_asked_and_then_let_go(impatient: Switchboard) -> None:
    async with impatient.call() as call:
        async with asyncio.timeout(20):
            outcome = await call.conversation.finished()

    assert (outcome.kind, outcome.reason) == (OutcomeKind.HANG_UP, "silence")
    said = [turn.heard_text for turn in call.facts.of(TurnCommitted)]
    assert said == [GREETING, "Are you still there?", call.config.agent.farewell]


async def test_a_call_that_lasts_too_long_ends_with_a_farewell(switchboard: Switchboard) -> None:
    async with switchboard.call(call_config(max_duration_s=1)) as call:
        async with asyncio.timeout(15):
            outcome = await call.conversation.finished()

    assert (outcome.kind, outcome.reason) == (OutcomeKind.HANG_UP, "max_duration")
    assert call.facts.of(TurnCommitted)[-1].speech is Speech.FAREWELL


async def test_a_hang_up_order_ends_the_conversation(switchboard: Switchboard) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        ack = await call.conversation.handle(order(call, CommandName.HANG_UP))
        async with asyncio.timeout(5):
            outcome = await call.conversation.finished()

    assert ack.ok
    assert (outcome.kind, outcome.reason) == (OutcomeKind.HANG_UP, "command")


async def test_a_transfer_order_says_so_and_names_the_target(switchboard: Switchboard) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        ack = await call.conversation.handle(
            order(call, CommandName.TRANSFER, target="+15550101234")
        )
        async with asyncio.timeout(5):
            outcome = await call.conversation.finished()

    assert ack.ok
    assert (outcome.kind, outcome.target) == (OutcomeKind.TRANSFER, "+15550101234")
    assert call.facts.of(TurnCommitted)[-1].heard_text == call.config.agent.handover


@pytest.mark.parametrize("kind", ["warm", "agent", "of a later version"])
async def test_a_transfer_that_the_call_cannot_make_is_refused_and_the_call_goes_on(
    switchboard: Switchboard, kind: str
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        refused = await call.conversation.handle(
            order(call, CommandName.TRANSFER, target="+15550101234", kind=kind)
        )
        call.talk()
        await call.quiet()

    assert (refused.ok, refused.code) == (False, ErrorCode.BIZ_OPERATION_FAILED)
    assert call.facts.of(TurnCommitted)[-1].speech is Speech.ANSWER


async def test_an_order_that_comes_too_late_is_refused(switchboard: Switchboard) -> None:
    async with switchboard.call() as call:
        ack = await call.conversation.handle(order(call, CommandName.HANG_UP, seconds=-1))

    assert (ack.ok, ack.code) == (False, ErrorCode.SRV_TIMEOUT)


async def test_a_held_caller_hears_music_and_is_answered_after_the_hold(
    switchboard: Switchboard,
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        held = await call.conversation.handle(order(call, CommandName.HOLD))
        music = call.leg.holding
        await asyncio.sleep(0.3)
        resumed = await call.conversation.handle(order(call, CommandName.RESUME))
        call.talk()
        await call.quiet()

    assert held.ok
    assert resumed.ok
    assert music
    assert [s.after for s in call.facts.of(StateChanged)] == [
        CallState.CONVERSING,
        CallState.ON_HOLD,
        CallState.CONVERSING,
    ]
    assert call.facts.of(TurnCommitted)[-1].speech is Speech.ANSWER
