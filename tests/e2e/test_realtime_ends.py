"""The end of the realtime process under a call: killed, or asked to go."""

import asyncio

import pytest

from tests.e2e.calling import calling
from tests.e2e.conftest import Stage
from tests.e2e.stackfacts import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

CLOSED_WITHIN = 20.0  # seconds after the kill: a process starts, and adopts what it finds


async def test_the_caller_of_a_killed_process_reaches_the_clients_own_phone(alone: Stage) -> None:
    stack = alone.stack
    async with calling(stack, alone.practice) as caller:
        await caller.greeted()
        await caller.ask("questions/medicaid")
        call_id = await caller.call_id()
        process = (await stack.state("realtime"))["pid"]
        await stack.order("realtime", "kill")
        await caller.reaches_own_phone()

        async def is_closed() -> bool:
            query = "SELECT state::text FROM calls WHERE id = %(call)s"
            return (await stack.rows(query, call=call_id))[0]["state"] == "failed"

        await eventually(is_closed, within=CLOSED_WITHIN, what="the lost call is closed")
        await stack.ready("realtime", unlike=process)
    record = await caller.record()
    assert record.call.outcome == "failed"
    assert record.of("call.ended")[0]["reason"] == "owner_lost"
    assert record.recording is not None
    kept = [turn.role for turn in record.turns]
    assert kept == ["agent", "caller", "agent"]


async def test_a_process_that_is_asked_to_go_finishes_its_call_and_takes_no_other(
    alone: Stage,
) -> None:
    stack = alone.stack
    async with calling(stack, alone.practice) as caller:
        await caller.greeted()
        process = (await stack.state("realtime"))["pid"]
        await stack.order("realtime", "term")

        async def drains() -> bool:
            health = await stack.health()
            return health is not None and health["status"] == "draining"

        await eventually(drains, within=2, what="the process drains")
        async with calling(stack, alone.practice) as other:
            await asyncio.gather(caller.goes_on(), other.reaches_own_phone())
    record = await caller.record()
    assert record.call.outcome == "completed"
    await caller.tells_the_same(record)
    await stack.ready("realtime", unlike=process)
    async with calling(stack, alone.practice) as after:
        await after.greeted()


async def test_nothing_is_held_when_everybody_has_hung_up(alone: Stage) -> None:
    stack = alone.stack
    held: list[object] = []

    async def is_free() -> bool:
        health = await stack.health()
        held[:] = [] if health is not None and health["calls"] == 0 else [health]
        held.extend(await stack.rows("SELECT * FROM call_leases WHERE expires_at > now()"))
        held.extend(
            await stack.rows(
                "SELECT id, state::text FROM calls"
                " WHERE state NOT IN ('ended', 'failed') AND ticket_used_at IS NOT NULL"
            )
        )
        held.extend((stack.data / "spool").glob("*.jsonl"))
        return not held

    try:
        await eventually(is_free, within=10, what="no call, lease or spool is left")
    except AssertionError as exc:
        exc.add_note(f"held: {held}")
        raise
