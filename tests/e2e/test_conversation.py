"""What callers do besides asking: interrupting, pressing keys, wanting a person, taking leave."""

import asyncio

import pytest

from infra.local.cli.documents import Draft
from infra.local.cli.errors import RecordUnavailable
from tests.e2e import clients
from tests.e2e.abreast import abreast
from tests.e2e.calling import PROMISE, calling
from tests.e2e.clients import Wanted
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e

STOPS_WITHIN = 1.0  # seconds of the agent's speech over a caller who interrupts


@abreast()
async def test_an_agent_that_is_interrupted_stops_and_remembers_what_was_heard(
    stage: Stage,
) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        interrupted = await caller.begin_to_ask("questions/whitening-price")
        await caller.telephone.pause(1.0)
        said = await caller.say("barge/saturday")
        last = caller.telephone.ear.last_speech_before(said.ended, after=said.began)
        talked_on = 0.0 if last is None else last - said.began
        assert talked_on <= STOPS_WITHIN
        onset = await caller.hears_more(said.ended)
        assert onset - said.ended <= PROMISE
        await caller.hears_out()
        await caller.goes_on()
    record = await caller.record()
    (cut,) = [turn for turn in record.turns if turn.interrupted]
    assert interrupted.began is not None
    assert cut.heard_text
    assert len(cut.heard_text) < len(cut.text)
    assert cut.text.startswith(cut.heard_text.rstrip(" .,…-"))
    await caller.tells_the_same(record)


@abreast()
async def test_a_caller_who_wants_a_person_is_connected(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        answer = await caller.begin_to_ask("transfer/person")
        assert answer.heard_after <= PROMISE
        await caller.reaches_own_phone(within=20)
        rung = [entry for entry in await caller.journal() if entry["event"] == "dial.ringing"]
        assert [entry["to"] for entry in rung] == [stage.practice.own_phone]
    record = await caller.record()
    assert record.call.outcome == "transferred"
    (transfer,) = record.shown["transfers"]
    assert transfer["target"] == stage.practice.own_phone
    assert "transferring" in {change["after"] for change in record.of("call.state_changed")}


@abreast()
async def test_an_agent_that_is_told_goodbye_says_so_and_hangs_up(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        answer = await caller.begin_to_ask("goodbye/thats-all")
        assert answer.heard_after <= PROMISE
        ended = await caller.ended(within=15)
        assert ended.reason != "caller-hangup"
    record = await caller.record()
    assert record.call.outcome == "completed"
    await caller.tells_the_same(record)


@abreast()
async def test_keys_that_are_pressed_do_not_break_a_call(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await caller.telephone.press("5#*0")
        await caller.goes_on()
    await caller.tells_the_same(await caller.record())


@abreast()
async def test_two_clients_called_at_once_give_their_own_answers(stage: Stage) -> None:
    text = "# Fees\n\nThe cancellation fee is $85."
    fees = Draft(title="Fees", content=text, content_type="text/markdown")
    other = await clients.make(stage.stack, Wanted(documents=[fees]))
    async with (
        calling(stage.stack, stage.practice) as ours,
        calling(stage.stack, other) as theirs,
    ):
        await asyncio.gather(ours.greeted(), theirs.greeted())
        await asyncio.gather(
            ours.learns("questions/cancel-fee", "$50"),
            theirs.learns("questions/cancel-fee", "$85"),
        )
    record = await ours.record()
    await ours.tells_the_same(record)
    await theirs.tells_the_same(await theirs.record())
    for path in ("", "/transcript", "/events", "/recording"):
        async with stage.stack.plane(other.user) as plane:
            with pytest.raises(RecordUnavailable, match="HTTP 404"):
                await plane.request("GET", f"/api/v1/calls/{record.call.id}{path}")
    async with stage.stack.plane(other.user) as plane:
        sid = {"external_call_id": ours.sid}
        assert await plane.request("GET", "/api/v1/calls", params=sid) == []
        with pytest.raises(RecordUnavailable, match="HTTP 404"):
            await plane.request("POST", f"/api/v1/calls/{record.call.id}/hangup")
