"""Databases that die under a call: the call goes on, and nothing of its record is lost."""

import asyncio
import time

import pytest

from tests.e2e.calling import PROMISE, Caller, calling
from tests.e2e.conftest import Stage
from tests.e2e.outages import down

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

OUTAGE = 10.0  # seconds
_NOT_NOW = ("don't have that", "can't look that up", "having trouble")


async def test_without_redis_calls_go_on_and_calls_are_taken(alone: Stage) -> None:
    async with calling(alone.stack, alone.practice) as before:
        await before.greeted()
        async with down(alone.stack, "valkey"), calling(alone.stack, alone.practice) as meanwhile:
            await asyncio.gather(before.goes_on(), _is_served(meanwhile))
        await before.goes_on()
    for caller in (before, meanwhile):
        record = await caller.record()
        assert record.call.outcome == "completed"
        assert [o["counted"] for o in record.of("call.opened")] == [caller is before]
        await caller.tells_the_same(record)


async def test_a_call_goes_on_while_postgres_is_dead_and_nothing_is_lost(alone: Stage) -> None:
    async with calling(alone.stack, alone.practice) as caller:
        await caller.greeted()
        await caller.ask("questions/medicaid")
        async with down(alone.stack, "postgres", at_least=OUTAGE):
            await _talks_of_nothing(caller)
        await caller.goes_on()
    record = await caller.record()
    assert record.call.outcome == "completed"
    assert record.recording is not None
    guesses = [answer for answer in caller.answers(record)[1:3] if not _admits(answer)]
    assert not guesses
    await caller.tells_the_same(record)


async def test_a_process_killed_while_postgres_is_dead_loses_nothing_of_its_call(
    alone: Stage,
) -> None:
    stack = alone.stack
    async with calling(stack, alone.practice) as caller:
        await caller.greeted()
        await caller.ask("questions/medicaid")
        process = (await stack.state("realtime"))["pid"]
        async with down(stack, "postgres", at_least=OUTAGE):
            await _talks_of_nothing(caller)
            killed = time.monotonic()
            await stack.order("realtime", "kill")
            await caller.hears_more(killed, within=10)
            await caller.ended(within=20)
            heard = await caller.words(killed)
        await stack.ready("realtime", unlike=process)
    assert "cannot take your call" in heard.casefold()
    record = await caller.record()
    assert record.call.outcome == "failed"
    assert record.of("call.ended")[0]["reason"] == "owner_lost"
    assert record.recording is not None
    kept = [turn.said for turn in record.turns if turn.role == "caller"]
    assert len(kept) == len(caller.said)
    assert all(what.is_in(text) for (what, _), text in zip(caller.said, kept, strict=True))


async def _is_served(caller: Caller) -> None:
    await caller.greeted()
    await caller.goes_on()
    await caller.hangs_up()


async def _talks_of_nothing(caller: Caller) -> None:
    """Two turns in which nobody can look anything up: never silence."""
    for path in ("questions/subway", "questions/languages"):
        answer = await caller.ask(path, quiet=PROMISE)
        assert answer.heard_after <= PROMISE


def _admits(answer: str) -> bool:
    """Whether an answer is no guess."""
    return any(words in answer for words in _NOT_NOW)
