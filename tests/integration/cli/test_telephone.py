"""The telephone against the carrier: what it measures is what the application did."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from infra.local.cli.conversation import Conversation, Manners, converse
from infra.local.cli.errors import CallFailed, StackNotRunning
from infra.local.cli.sound import FRAME_SECONDS, RATE, Clip, clip
from infra.local.cli.telephone import Telephone
from tests.fixtures.carrier import MOBILE, PRACTICE, ApplicationUnderTest, Carrier
from tests.fixtures.receptionist import Receptionist

pytestmark = pytest.mark.integration


def utterance(seconds: float = 0.4) -> Clip:
    at = np.arange(round(seconds * RATE)) / RATE
    return clip((8000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16), name="hello")


async def held(
    carrier: Carrier,
    app: ApplicationUnderTest,
    agent: Receptionist,
    *,
    turns: int,
    manners: Manners,
) -> tuple[Conversation, Telephone]:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    app.talk = agent
    async with Telephone.plugged_in(f"{carrier.url}/phone") as telephone:
        await telephone.dial(PRACTICE, from_=MOBILE)
        clips = [utterance() for _ in range(turns)]
        return await converse(telephone, clips, manners=manners), telephone


async def test_it_hears_the_answer_as_late_as_the_agent_gives_it(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    agent = Receptionist(patience_ms=200, quiet_onset_ms=60)

    held_, telephone = await held(carrier, app, agent, turns=2, manners=Manners(pause=0.3))

    assert agent.heard_ms == [400, 400]
    assert held_.greeting.onset is not None
    assert len(held_.turns) == 2
    began = telephone.sent[0][0]
    late = max(at - began - i * FRAME_SECONDS for i, (at, _) in enumerate(telephone.sent)) * 1000
    for turn in held_.turns:
        assert turn.heard is not None
        assert turn.received is not None
        # Patience counts whole frames, which may come in a burst after a stall; the carrier plays
        # the quiet onset in real time.
        assert (turn.heard_after_ms or 0) >= 255 - late
        assert (turn.heard - turn.received) * 1000 >= 40
        assert not turn.was_cut_off
    assert held_.ended.reason == "caller-hangup"
    assert len(telephone.ear.frames) > 0


async def test_the_next_utterance_waits_until_the_agent_has_finished(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    agent = Receptionist(answer_ms=600)

    held_, telephone = await held(carrier, app, agent, turns=2, manners=Manners(pause=0.3))

    first, second = held_.turns
    last = telephone.ear.last_speech_before(second.said.began, after=first.heard or 0)
    assert last is not None
    assert second.said.began - last >= 0.3
    assert second.early_ms == 0


async def test_a_caller_who_barges_in_hears_the_agent_stop(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    agent = Receptionist(answer_ms=3000)
    manners = Manners(pause=0.3, barge_in_after=0.4)

    held_, _ = await held(carrier, app, agent, turns=2, manners=manners)

    first, second = held_.turns
    assert first.heard is not None
    assert second.barged_in
    assert not second.was_cut_off
    assert second.said.began - first.heard >= 0.38
    assert second.stopped_ms is not None
    assert second.stopped_ms < 1500  # the answer would have gone on for 2600
    assert agent.answered == 2


async def test_frames_leave_every_20_ms_on_an_absolute_clock(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    _, telephone = await held(carrier, app, Receptionist(), turns=1, manners=Manners(pause=0.2))

    stamps = [at for at, _ in telephone.sent]
    drift = (stamps[-1] - stamps[0]) - 0.02 * (len(stamps) - 1)
    assert abs(drift) < 0.5  # a clock of relative sleeps loses that much in a few seconds
    assert min(b - a for a, b in pairwise(stamps)) >= 0


async def test_an_agent_that_hangs_up_ends_the_conversation(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect><Hangup/>')
    agent = Receptionist(greeting_ms=100)

    async def talk_once(stream: object) -> None:
        async with asyncio.timeout(0.8):
            await agent(stream)  # pyright: ignore[reportArgumentType] - a Stream

    async def talk(stream: object) -> None:
        try:
            await talk_once(stream)
        except TimeoutError:
            return  # leaving closes the socket: the next verb hangs up

    app.talk = talk
    async with Telephone.plugged_in(f"{carrier.url}/phone") as telephone:
        await telephone.dial(PRACTICE, from_=MOBILE)
        conversation = await converse(telephone, [utterance()] * 5, manners=Manners(pause=0.2))

    assert conversation.ended.reason == "twiml-hangup"
    assert len(conversation.turns) < 5


async def test_a_number_that_does_not_exist_is_said_plainly(carrier: Carrier) -> None:
    async with Telephone.plugged_in(f"{carrier.url}/phone") as telephone:
        with pytest.raises(CallFailed, match="unallocated-number"):
            await telephone.dial("+14155550777", from_=MOBILE)


async def test_no_carrier_means_no_stack(unused_tcp_port: int) -> None:
    with pytest.raises(StackNotRunning, match="make up"):
        async with Telephone.plugged_in(f"ws://127.0.0.1:{unused_tcp_port}/phone"):
            pass
