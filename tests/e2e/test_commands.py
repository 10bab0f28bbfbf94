"""Orders to a live call over the API: the caller hears them carried out, or the asker why not."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from infra.local.cli.ear import timeline
from tests.e2e.abreast import abreast
from tests.e2e.calling import Caller, calling
from tests.e2e.clients import TONES
from tests.e2e.conftest import Stage
from tests.e2e.listening import tone_seconds
from tests.e2e.person import Answer, Person, signed_in
from tests.e2e.stackfacts import eventually

pytestmark = pytest.mark.e2e

_MUSIC = (523.25, 659.25)  # Hz of the two notes that a held caller hears in turn
_A_NOTE = 0.3  # seconds of it that are loud
_HEARD_WITHIN = 12.0  # seconds: a line may be spoken before
_CLOSED_WITHIN = 30.0  # seconds after the kill: a process starts, and adopts what it finds
_OTHER_PHONE = "+17185550999"


@abreast()
async def test_a_held_caller_hears_music_until_the_call_is_resumed(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        manager = await signed_in(stage.stack, stage.practice.user)
        await caller.greeted()

        assert (await _order(manager, caller, "hold")).status == 200
        await caller.is_in("on_hold")
        for note in _MUSIC:
            await _hears(caller, note)
        assert (await _order(manager, caller, "resume")).status == 200
        await caller.is_in("conversing")
        await caller.hears_out()
        await caller.learns("questions/medicaid", "Medicaid")
    record = await caller.record()
    assert record.call.outcome == "completed"
    states = [change["after"] for change in record.of("call.state_changed")]
    assert "conversing" in states[states.index("on_hold") :]


@abreast()
async def test_a_caller_is_transferred_to_the_telephone_that_was_named(stage: Stage) -> None:
    tone = next(TONES)
    await stage.stack.tell(
        "twilio", "/phones", number=_OTHER_PHONE, behaviour="answer", say_tone_hz=tone
    )
    async with calling(stage.stack, stage.practice) as caller:
        manager = await signed_in(stage.stack, stage.practice.user)
        await caller.greeted()

        sent = await _order(manager, caller, "transfer", target_number=_OTHER_PHONE)

        assert sent.status == 200
        await _hears(caller, tone)
    record = await caller.record()
    assert record.call.outcome == "transferred"
    (transfer,) = record.shown["transfers"]
    assert (transfer["target"], transfer["reason"]) == (_OTHER_PHONE, "command")


@abreast()
async def test_a_call_that_is_over_takes_no_order(stage: Stage) -> None:
    manager = await signed_in(stage.stack, stage.practice.user)
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        held = await _order(manager, caller, "hangup")
        assert held.status == 200
        await caller.ended(within=10)
        await eventually(caller.is_free, within=5, what="all is let go of")

        for name in ("hold", "resume", "transfer", "hangup"):
            assert (await _order(manager, caller, name)).error == (409, "RES_CONFLICT")


@pytest.mark.timeout(480)
async def test_an_owner_that_does_not_answer_is_waited_for_in_vain_and_the_call_goes_on(
    alone: Stage,
) -> None:
    async with calling(alone.stack, alone.practice) as caller:
        manager = await signed_in(alone.stack, alone.practice.user)
        await caller.greeted()
        with _halted((await alone.stack.state("realtime"))["pid"]):
            unheard = await _order(manager, caller, "hold")
        await caller.learns("questions/medicaid", "Medicaid")
    assert unheard.error == (504, "SRV_TIMEOUT")
    assert "on_hold" not in str((await caller.record()).of("call.state_changed"))


@pytest.mark.timeout(480)
async def test_a_call_whose_owner_was_killed_takes_no_order_any_more(alone: Stage) -> None:
    stack = alone.stack
    async with calling(stack, alone.practice) as caller:
        manager = await signed_in(stack, alone.practice.user)
        await caller.greeted()
        process = (await stack.state("realtime"))["pid"]
        await stack.order("realtime", "kill")
        await stack.ready("realtime", unlike=process)

        async def is_nobodys() -> bool:
            return (await _order(manager, caller, "hold")).status == 409

        await eventually(is_nobodys, within=_CLOSED_WITHIN, what="nobody owns the call")


# ------------------------------------------------------------------------------------------ how


async def _order(person: Person, caller: Caller, name: str, **body: object) -> Answer:
    return await person.post(f"/calls/{await caller.call_id()}/{name}", **body)


async def _hears(caller: Caller, hertz: float) -> None:
    """Wait until a tone is heard that was not heard before."""
    since = caller.telephone.ear.last_frame or 0.0

    async def sounds() -> bool:
        frames = [item for item in caller.telephone.ear.frames if item[0] > since]
        heard = timeline(frames, start=since) if frames else None
        return heard is not None and tone_seconds(heard, hertz) >= _A_NOTE

    await eventually(sounds, within=_HEARD_WITHIN, what=f"a tone of {hertz:g} Hz", poll=0.2)


@contextmanager
def _halted(process: int) -> Generator[None]:
    """The process does nothing within the block, and does not know it."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)
