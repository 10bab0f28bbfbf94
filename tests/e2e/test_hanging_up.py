"""The end of a call, whoever brings it about: all is let go of within a second, the bill stops."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from aiconnected.contracts.commands import Command, CommandName
from aiconnected.kit.clock import SystemClock
from aiconnected.kit.ids import new_id
from aiconnected.live.commands import CommandSender
from aiconnected.live.connection import connect
from aiconnected.live.state import LiveCalls
from tests.e2e.abreast import abreast
from tests.e2e.calling import Caller, calling
from tests.e2e.clips import utterance
from tests.e2e.conftest import Stage
from tests.e2e.stackfacts import Record, RunningStack, eventually

pytestmark = pytest.mark.e2e

RELEASED_WITHIN = 1.0  # seconds after the carrier's stop
_BILLED_BEYOND = 1.0  # seconds of audio that may be under way when the call ends


@abreast()
async def test_hanging_up_while_it_rings_leaves_no_call(stage: Stage) -> None:
    number = "+19175551301"
    match = {"api_key": number, "route": "/media"}
    async with (
        stage.stack.fault("twilio", match=match, kind="delay", at="accept", ms=4000),
        calling(stage.stack, stage.practice, number=number) as caller,
    ):
        await caller.call_id()
        await caller.hangs_up()
    record = await caller.record()
    assert record.shown["status"] == "abandoned"
    assert not record.turns
    assert await caller.is_free()


@abreast()
async def test_hanging_up_during_the_greeting_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        answered = await caller.telephone.answered()
        await caller.hears_more(answered)
        await _lets_go(caller)
    record = await _is_billed_to_the_end(caller)
    (greeting,) = record.turns
    assert greeting.interrupted


@abreast()
async def test_hanging_up_while_the_agent_listens_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await _lets_go(caller)
    await _is_billed_to_the_end(caller)


@abreast()
async def test_hanging_up_in_mid_sentence_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        clip = utterance("questions/first-visit-length").clip
        saying = asyncio.create_task(caller.telephone.say(clip))
        await caller.telephone.pause(1.5)
        await _lets_go(caller)
        assert await saying is None
    await _is_billed_to_the_end(caller)


@abreast()
async def test_hanging_up_while_the_agent_thinks_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        match = await caller.match()
        async with stage.stack.fault("anthropic", match=match, kind="stall", at="accept", times=9):
            await caller.say("questions/medicaid")
            await caller.telephone.pause(1.2)
            await _lets_go(caller)
    await _is_billed_to_the_end(caller)


@abreast()
async def test_hanging_up_while_the_agent_speaks_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await caller.begin_to_ask("questions/whitening-price")
        await caller.telephone.pause(1.0)  # some words, so that they can be told from others
        await _lets_go(caller)
    record = await _is_billed_to_the_end(caller)
    assert record.turns[-1].interrupted
    await caller.tells_the_same(record)


@abreast()
async def test_hanging_up_while_a_tool_runs_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        async with _calendar_locked(stage.stack):
            await caller.ask("demo/4-book-cleaning")
            await caller.say("demo/5-tuesday-morning")
            await eventually(_somebody_waits(stage.stack), within=4, what="a tool is running")
            await _lets_go(caller)
    await _is_billed_to_the_end(caller)


@abreast()
async def test_hanging_up_on_hold_lets_go_of_all(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await _order(caller, CommandName.HOLD)
        await caller.is_in("on_hold")
        await _lets_go(caller)
    record = await _is_billed_to_the_end(caller)
    assert "on_hold" in {change["after"] for change in record.of("call.state_changed")}


@abreast()
async def test_a_call_is_hung_up_through_the_api(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        call_id = await caller.call_id()
        async with stage.stack.plane(stage.practice.user) as plane:
            await plane.request("POST", f"/api/v1/calls/{call_id}/hangup")
        await caller.ended(within=5)
        await eventually(caller.is_free, within=RELEASED_WITHIN, what="all is let go of")
    record = await _is_billed_to_the_end(caller)
    assert record.call.outcome == "completed"
    assert record.of("call.ended")[0]["reason"] == "command"


# ------------------------------------------------------------------------------------------ how


async def _lets_go(caller: Caller) -> None:
    await caller.hangs_up()
    await eventually(caller.is_free, within=RELEASED_WITHIN, what="all is let go of", poll=0.02)


async def _is_billed_to_the_end(caller: Caller) -> Record:
    """The record is closed, and nothing was used after the end."""
    record = await caller.record()
    (ended,) = [event for event in record.events if event.type == "leg.ended"]
    last = datetime.fromisoformat(ended.at) + timedelta(seconds=_BILLED_BEYOND)
    late = [event for event in record.events if event.type == "usage.measured"]
    assert all(datetime.fromisoformat(event.at) <= last for event in late)
    seconds = float(record.shown["duration_ms"]) / 1000
    assert record.quantity("stt") <= seconds + _BILLED_BEYOND
    assert record.quantity("telephony") <= seconds + _BILLED_BEYOND
    assert record.shown["status"] == "completed"
    return record


@asynccontextmanager
async def _calendar_locked(stack: RunningStack) -> AsyncGenerator[None]:
    """Nobody reads the calendar meanwhile."""
    url = stack.description.database_url
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("LOCK TABLE appointment_slots IN ACCESS EXCLUSIVE MODE")
        yield
        await connection.rollback()


def _somebody_waits(stack: RunningStack) -> Callable[[], Awaitable[bool]]:
    """Whether a reader of the calendar is held up."""
    query = (
        "SELECT 1 AS held FROM pg_locks"
        " WHERE NOT granted AND relation = 'appointment_slots'::regclass"
    )

    async def ask() -> bool:
        return bool(await stack.rows(query))

    return ask


async def _order(caller: Caller, name: CommandName) -> None:
    """What the dashboard will do: a command through Redis to the call's owner."""
    url = caller.stack.description.redis_url
    client = connect(url)
    sender = CommandSender(url, live=LiveCalls(client), clock=SystemClock())
    command = Command(
        id=new_id(),
        tenant_id=caller.client.tenant_id,
        call_id=await caller.call_id(),
        name=name,
        deadline=datetime.now(UTC) + timedelta(seconds=3),
    )
    try:
        ack = await asyncio.to_thread(sender.send, command)
    finally:
        client.close()
    assert ack.ok, ack.code
