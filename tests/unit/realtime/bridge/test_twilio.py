"""The Twilio leg keeps the port's promises whatever its peer sends."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Self

import orjson
import pytest
from aiohttp import ClientConnectionResetError, WSMessage, WSMsgType

from aiconnected.kit.errors import ProviderError, RuleBroken
from aiconnected.kit.ids import new_id
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio import TwilioLeg
from realtime.bridge.twilio_rest import TwilioCall
from realtime.ports import (
    Dtmf,
    Encoding,
    Ended,
    EndReason,
    Frame,
    Held,
    LegEvent,
    LegGone,
    MediaLost,
    Resumed,
    SegmentPlayed,
    Side,
    Started,
    TransferOutcome,
)

pytestmark = pytest.mark.unit
FRAME = b"\x01" * 160


class Peer:
    """The carrier's end of the socket, scripted by the test."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[WSMessage | None] = asyncio.Queue()
        self.got: list[dict[str, object]] = []
        self.closed = False
        self.backlog = 0
        self.aborted = False

    def says(self, **message: object) -> None:
        self.says_text(orjson.dumps(message).decode())

    def says_text(self, text: str) -> None:
        self._inbox.put_nowait(WSMessage(WSMsgType.TEXT, text, None))

    def says_audio(self, at_ms: int, data: bytes = FRAME) -> None:
        payload = base64.b64encode(data).decode()
        self.says(event="media", media={"timestamp": str(at_ms), "payload": payload})

    def sends_binary(self) -> None:
        self._inbox.put_nowait(WSMessage(WSMsgType.BINARY, b"\x00", None))

    def echoes_marks(self) -> None:
        for message in self.heard("mark"):
            self.says(event="mark", mark=message["mark"])

    def vanishes(self) -> None:
        self._inbox.put_nowait(None)

    def heard(self, event: str) -> list[dict[str, object]]:
        return [m for m in self.got if m["event"] == event]

    # the socket and transport that the leg uses
    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        while (message := await self._inbox.get()) is not None:
            yield message

    async def send_str(self, data: str) -> None:
        if self.closed:
            raise ClientConnectionResetError
        self.got.append(orjson.loads(data))

    async def close(self) -> bool:
        self.closed = True
        self.vanishes()
        return True

    def get_write_buffer_size(self) -> int:
        return self.backlog

    def abort(self) -> None:
        self.aborted = True
        self.vanishes()


class Control:
    """Twilio's call control, in memory."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.completed: list[str] = []
        self.broken = False

    async def dial(self, call_sid: str, *, target: str, caller_id: str, after_url: str) -> None:
        if self.broken:
            raise ProviderError(provider="twilio", retryable=True)
        self.dialled.append(target)

    async def complete(self, call_sid: str) -> None:
        if self.broken:
            raise ProviderError(provider="twilio", retryable=True)
        self.completed.append(call_sid)


class Bench:
    """A leg with everything around it, its events gathered as they come."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.peer, self.control = Peer(), Control()
        call = TwilioCall(
            call_id=new_id(),
            call_sid="CA1",
            stream_sid="MZ1",
            own_number="+12125550142",
            after_url="http://api/after",
            calls=self.control,
        )
        self.leg = TwilioLeg(
            self.peer,
            call,
            ticker=Ticker(asyncio.get_running_loop().time),
            transport=self.peer,
            clock=lambda: self.now,
        )
        self.events: list[LegEvent] = []

    async def __aenter__(self) -> Self:
        events = self.leg.events()

        async def gather() -> None:
            async for event in events:
                self.events.append(event)

        self.gathering = asyncio.create_task(gather())
        self.running = asyncio.create_task(self.leg.run())
        await self.settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.peer.vanishes()
        await asyncio.gather(self.running, self.gathering)

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def passes(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            await self.leg.tick()
        await self.settle()

    async def say(self, segment: str, frames: int) -> None:
        audio = Frame(FRAME * frames, Encoding.MULAW, 8000, 0)
        await self.leg.play(audio, segment=segment)
        await self.leg.end(segment)


async def test_a_segment_is_played_when_its_mark_comes_back() -> None:
    async with Bench() as bench:
        await bench.say("a", 10)
        await bench.passes(0.3)
        assert len(bench.peer.heard("media")) == 10

        bench.peer.echoes_marks()
        await bench.settle()

        played = SegmentPlayed(segment="a", heard_ms=200, interrupted=False)
        assert bench.events == [Started(), played]


async def test_clear_empties_the_carrier_and_tells_what_was_heard_once() -> None:
    async with Bench() as bench:
        await bench.say("a", 50)
        await bench.passes(0.1)

        assert await bench.leg.clear() == 100
        assert await bench.leg.clear() == 0

        assert len(bench.peer.heard("clear")) == 1
        await bench.settle()
        assert bench.events[1:] == [SegmentPlayed(segment="a", heard_ms=100, interrupted=True)]


async def test_play_awaits_while_more_than_a_second_is_queued() -> None:
    async with Bench() as bench:
        talking = asyncio.create_task(bench.say("a", 100))
        await bench.settle()
        assert not talking.done()

        await bench.passes(1.0)

        assert talking.done()


async def test_the_caller_audio_reaches_reader_and_tap_with_the_carrier_time() -> None:
    seen: list[tuple[Side, int]] = []
    async with Bench() as bench:
        untap = bench.leg.tap(lambda side, frame: seen.append((side, frame.at_ms)))
        bench.peer.says_audio(20)
        await bench.settle()
        untap()
        bench.peer.says_audio(40)
        await bench.settle()

        reader = bench.leg.frames()
        assert [(await anext(reader)).at_ms for _ in range(2)] == [20, 40]
        assert seen == [(Side.CALLER, 20)]


async def test_a_tap_sees_the_agent_only_as_far_as_it_was_heard() -> None:
    seen: list[int] = []
    async with Bench() as bench:
        bench.leg.tap(lambda side, frame: seen.append(frame.at_ms) if side is Side.AGENT else None)
        await bench.say("a", 50)
        await bench.passes(0.1)
        await bench.leg.clear()
        await bench.passes(0.2)

        assert seen == [0, 20, 40, 60, 80, 100]


async def test_keys_and_hang_up_of_the_caller_are_events() -> None:
    async with Bench() as bench:
        bench.peer.says(event="dtmf", dtmf={"track": "inbound_track", "digit": "5"})
        bench.peer.says(event="stop", stop={})
        await bench.running

        await bench.settle()
        assert bench.events[1:] == [Dtmf(digit="5"), Ended(reason=EndReason.CALLER_HUNG_UP)]


async def test_hanging_up_on_the_agent_tells_what_was_heard_before_the_end() -> None:
    async with Bench() as bench:
        await bench.say("a", 50)
        await bench.passes(0.1)
        bench.peer.says(event="stop", stop={})
        await bench.running

        await bench.settle()
        assert bench.events[1:] == [
            SegmentPlayed(segment="a", heard_ms=100, interrupted=True),
            Ended(reason=EndReason.CALLER_HUNG_UP),
        ]


async def test_nine_malformed_messages_are_survived_and_the_tenth_ends_the_leg() -> None:
    async with Bench() as bench:
        for _ in range(9):
            bench.peer.says_text("{rubbish")
        bench.peer.says_audio(0)
        await bench.settle()
        assert not bench.running.done()

        bench.peer.says_text('{"event":"media","media":{"timestamp":"0","payload":"%%"}}')

        assert (await bench.running).reason is EndReason.PROTOCOL_ERROR


async def test_a_binary_message_ends_the_leg() -> None:
    async with Bench() as bench:
        bench.peer.sends_binary()

        assert (await bench.running).reason is EndReason.PROTOCOL_ERROR


async def test_a_flood_of_audio_ends_the_leg() -> None:
    async with Bench() as bench:
        for n in range(600):
            bench.peer.says_audio(n * 20)

        ended = await bench.running

        assert (ended.reason, ended.detail) == (EndReason.PROTOCOL_ERROR, "more audio than time")


async def test_a_silent_peer_is_reported_and_after_twelve_seconds_given_up() -> None:
    async with Bench() as bench:
        await bench.passes(5)
        assert bench.events[-1] == MediaLost()

        await bench.passes(8)

        assert bench.peer.aborted
        assert (await bench.running).reason is EndReason.MEDIA_LOST


async def test_a_peer_that_does_not_read_is_not_written_to() -> None:
    async with Bench() as bench:
        bench.peer.backlog = 100_000
        await bench.say("a", 5)
        await bench.passes(0.1)
        assert bench.peer.got == []

        bench.peer.backlog = 0
        await bench.passes(0.1)

        assert len(bench.peer.heard("media")) == 5


async def test_hold_loops_its_audio_and_keeps_the_caller_from_the_conversation() -> None:
    async with Bench() as bench:
        await bench.leg.hold(b"\x07" * 400)
        await bench.passes(1.0)
        bench.peer.says_audio(1000)
        await bench.settle()
        assert len(bench.peer.heard("media")) > 40

        await bench.leg.resume()
        bench.peer.says_audio(1020)
        await bench.settle()

        assert (await anext(bench.leg.frames())).at_ms == 1020
        assert bench.events[1:] == [Held(), Resumed()]


async def test_hanging_up_completes_the_call_at_the_carrier() -> None:
    async with Bench() as bench:
        await bench.leg.hangup(EndReason.HUNG_UP)
        await bench.leg.hangup(EndReason.HUNG_UP)

        assert (await bench.running).reason is EndReason.HUNG_UP
        assert bench.control.completed == ["CA1"]


async def test_hanging_up_closes_the_stream_when_the_carrier_cannot_be_told() -> None:
    async with Bench() as bench:
        bench.control.broken = True
        await bench.leg.hangup(EndReason.HUNG_UP)

        assert (await bench.running).reason is EndReason.HUNG_UP
        assert bench.peer.closed


async def test_an_accepted_transfer_ends_the_leg_as_transferred() -> None:
    async with Bench() as bench:
        assert await bench.leg.transfer("+12125550143") is TransferOutcome.ACCEPTED
        bench.peer.says(event="stop", stop={})

        assert (await bench.running).reason is EndReason.TRANSFERRED
        assert bench.control.dialled == ["+12125550143"]


async def test_a_refused_transfer_leaves_the_leg_alive() -> None:
    async with Bench() as bench:
        bench.control.broken = True

        assert await bench.leg.transfer("+12125550143") is TransferOutcome.REFUSED
        await bench.say("sorry", 1)


async def test_after_the_end_every_method_says_the_leg_is_gone() -> None:
    async with Bench() as bench:
        bench.peer.vanishes()
        await bench.running

        for attempt in (
            bench.leg.play(Frame(FRAME, Encoding.MULAW, 8000, 0), segment="a"),
            bench.leg.end("a"),
            bench.leg.clear(),
            bench.leg.pause(),
            bench.leg.resume(),
            bench.leg.transfer("+12125550143"),
        ):
            with pytest.raises(LegGone):
                await attempt
        assert [event async for event in bench.leg.events()] == [bench.events[-1]]


async def test_a_media_stream_cannot_send_keys() -> None:
    async with Bench() as bench:
        with pytest.raises(RuleBroken):
            await bench.leg.dtmf("1")
