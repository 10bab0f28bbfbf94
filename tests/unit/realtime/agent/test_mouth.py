"""The mouth over a leg in memory, on virtual time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from realtime.agent.lines import Line
from realtime.agent.mouth import Mouth
from realtime.ports import Encoding
from tests.fakes.leg import FakeLeg
from tests.fakes.loop_clock import LoopClock

pytestmark = pytest.mark.unit

SECOND = np.full(8000, 1000, np.int16)


@asynccontextmanager
async def speaking(leg: FakeLeg) -> AsyncGenerator[Mouth]:
    mouth = Mouth(LoopClock(booted=1000.0))
    mouth.attach(leg)
    events = leg.events()

    async def follow() -> None:
        async for event in events:
            mouth.on_event(event)

    tasks = [asyncio.create_task(leg.run()), asyncio.create_task(follow())]
    yield mouth
    leg.hang_up()
    await asyncio.gather(*tasks)
    await mouth.close()


async def test_a_segment_is_over_when_all_of_it_has_been_heard() -> None:
    async with speaking(FakeLeg()) as mouth:
        segment = mouth.begin()
        done = mouth.played(segment)
        await mouth.play(segment, SECOND)
        mouth.end(segment)
        played = await done

        assert (played.heard_ms, played.interrupted) == (1000, False)
        assert not mouth.speaking


async def test_clearing_tells_how_much_was_heard_and_leaves_the_leg_silent() -> None:
    leg = FakeLeg()
    async with speaking(leg) as mouth:
        segment = mouth.begin()
        done = mouth.played(segment)
        playing = asyncio.create_task(mouth.play(segment, np.concatenate([SECOND] * 5)))
        await asyncio.sleep(0.5)
        mouth.clear()
        played = await done
        await playing
        heard = len(leg.heard)
        await asyncio.sleep(1)

        assert played.interrupted
        assert played.heard_ms == pytest.approx(500, abs=20)
        assert len(leg.heard) == heard


async def test_what_is_said_after_a_clear_is_not_cleared() -> None:
    leg = FakeLeg()
    async with speaking(leg) as mouth:
        first = mouth.begin()
        await mouth.play(first, SECOND)
        await asyncio.sleep(0.2)
        mouth.clear()
        second = mouth.begin()
        done = mouth.played(second)
        await mouth.play(second, SECOND)
        mouth.end(second)

        assert (await done).heard_ms == 1000


async def test_a_long_line_and_a_reply_begun_meanwhile_are_said_one_after_the_other() -> None:
    leg = FakeLeg()
    async with speaking(leg) as mouth:
        line = asyncio.create_task(mouth.say(Line(text="one moment", mulaw=b"\x80" * 16000)))
        await asyncio.sleep(0.1)
        reply = mouth.begin()
        done = mouth.played(reply)
        await mouth.play(reply, np.concatenate([SECOND] * 2))
        mouth.end(reply)

        assert (await line).heard_ms == 2000
        assert (await done).heard_ms == 2000
    names = [spoken.segment for spoken in leg.heard]
    assert names == sorted(names)


async def test_a_pause_holds_audio_back_and_goes_on_at_the_same_place() -> None:
    leg = FakeLeg()
    async with speaking(leg) as mouth:
        segment = mouth.begin()
        done = mouth.played(segment)
        await mouth.play(segment, SECOND)
        mouth.end(segment)
        await asyncio.sleep(0.3)
        mouth.pause()
        await asyncio.sleep(2)
        held = len(leg.heard)
        mouth.unpause()
        played = await done

        assert held == pytest.approx(15, abs=1)
        assert (played.heard_ms, played.interrupted) == (1000, False)


async def test_a_leg_that_is_gone_ends_what_was_under_way() -> None:
    leg = FakeLeg()
    async with speaking(leg) as mouth:
        segment = mouth.begin()
        done = mouth.played(segment)
        await mouth.play(segment, SECOND)
        await asyncio.sleep(0.3)
        mouth.detach()
        played = await done

        assert played.interrupted
        assert played.heard_ms == pytest.approx(300, abs=20)


async def test_speech_without_a_leg_waits_for_the_next_one() -> None:
    mouth = Mouth(LoopClock(booted=1000.0))
    segment = mouth.begin()
    waiting = asyncio.create_task(mouth.play(segment, SECOND))
    await asyncio.sleep(5)
    waited = not waiting.done()
    leg = FakeLeg()
    mouth.attach(leg)

    assert waited
    assert await waiting
    await mouth.close()


async def test_a_segment_that_never_got_audio_ends_at_once() -> None:
    async with speaking(FakeLeg()) as mouth:
        segment = mouth.begin()
        done = mouth.played(segment)
        mouth.end(segment)

        assert (await done).heard_ms == 0


async def test_a_leg_with_another_encoding_and_rate_gets_its_own() -> None:
    leg = FakeLeg(encoding=Encoding.PCM16, rate=16000)
    async with speaking(leg) as mouth:
        played = await mouth.say(Line(text="hello", mulaw=b"\x80" * 8000))

    assert played.heard_ms == pytest.approx(1000, abs=20)
    assert len(leg.heard[0].data) == 640
