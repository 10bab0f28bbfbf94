"""A call joins leg, conversation and record, and ends in the way that was decided."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from aiconnected.contracts.commands import Ack, Command
from aiconnected.contracts.envelope import Body
from aiconnected.contracts.facts import CallEnded, LegEnded, LegStarted, StateChanged
from aiconnected.kit.clock import SystemClock
from realtime.agent.ports import Outcome, OutcomeKind
from realtime.call import Call, Facts
from realtime.ports import CallLeg
from tests.fakes.calls import call_config
from tests.unit.realtime.bridge.test_twilio import Bench

pytestmark = pytest.mark.unit


class Record:
    """A record in memory."""

    recorder = None

    def __init__(self) -> None:
        self.facts: list[Body] = []
        self.ended: CallEnded | None = None

    def append(self, fact: Body) -> None:
        self.facts.append(fact)

    def close(self, ended: CallEnded) -> None:
        self.ended = ended

    def states(self) -> list[str]:
        return [f.after for f in self.facts if isinstance(f, StateChanged)]


class Talk:
    """A conversation that does what the test says."""

    def __init__(self) -> None:
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.stopped: list[str] = []
        self.breaks = False
        self.hangs_on_stop = False

    async def attach(self, leg: CallLeg) -> None:
        if self.breaks:
            raise RuntimeError("a bug")

    async def finished(self) -> Outcome:
        return await self.outcome

    async def handle(self, command: Command) -> Ack:
        return Ack(id=command.id, ok=True)

    async def stop(self, reason: str) -> None:
        self.stopped.append(reason)
        if self.hangs_on_stop:
            await asyncio.get_running_loop().create_future()


class Line:
    """A call over a Twilio leg with its peer in memory."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.record, self.talk = bench, Record(), Talk()
        self.flushed = 0
        self.call = Call(
            call_config(),
            record=self.record,
            facts=Facts(self.record),
            conversation=self.talk,
            clock=SystemClock(),
            flush=self._flush,
        )

    async def _flush(self) -> bool:
        self.flushed += 1
        return True

    def decides(self, kind: OutcomeKind, reason: str = "tool") -> None:
        self.talk.outcome.set_result(Outcome(kind=kind, reason=reason))

    @property
    def ended(self) -> CallEnded:
        assert self.record.ended is not None
        return self.record.ended


@asynccontextmanager
async def calling(*, breaks: bool = False) -> AsyncGenerator[Line]:
    """Yield the line while the call runs; leaving the block waits for its end."""
    async with Bench() as bench:
        line = Line(bench)
        line.talk.breaks = breaks
        running = asyncio.create_task(line.call.run(bench.leg))
        await bench.settle()
        yield line
        await running


async def test_a_call_the_caller_hangs_up_is_completed() -> None:
    async with calling() as line:
        line.bench.peer.says(event="stop", stop={})

    assert (line.ended.outcome, line.ended.reason) == ("completed", "caller_hung_up")
    assert line.record.states() == ["connected", "ended"]
    assert line.talk.stopped == ["caller_hung_up"]
    assert isinstance(line.record.facts[0], LegStarted)
    assert isinstance(line.record.facts[-2], LegEnded)


async def test_a_conversation_that_ends_itself_hangs_up_at_the_carrier() -> None:
    async with calling() as line:
        line.decides(OutcomeKind.HANG_UP, "end_call")

    assert line.bench.control.completed == ["CA1"]
    assert (line.ended.outcome, line.ended.reason) == ("completed", "end_call")


async def test_a_transfer_reaches_the_clients_own_phone_after_the_record() -> None:
    async with calling() as line:
        line.decides(OutcomeKind.TRANSFER)
        await line.bench.settle()
        assert (line.bench.control.dialled, line.flushed) == (["+12125550143"], 1)
        line.bench.peer.says(event="stop", stop={})

    assert line.ended.outcome == "transferred"
    assert line.record.states() == ["connected", "transferring", "ended"]


async def test_a_fallback_the_carrier_refuses_closes_the_stream_for_its_own_route() -> None:
    async with calling() as line:
        line.bench.control.broken = True
        line.decides(OutcomeKind.FALLBACK, "llm_dead")

    assert line.bench.peer.closed
    assert (line.ended.outcome, line.ended.reason) == ("failed", "llm_dead")
    assert line.record.states()[-1] == "failed"


async def test_a_conversation_that_breaks_sends_the_caller_to_a_human() -> None:
    async with calling(breaks=True) as line:
        await line.bench.settle()
        assert line.bench.control.dialled == ["+12125550143"]
        line.bench.peer.says(event="stop", stop={})

    assert (line.ended.outcome, line.ended.reason) == ("failed", "conversation_failed")


async def test_a_peer_that_talks_rubbish_fails_the_call_and_says_how() -> None:
    async with calling() as line:
        line.bench.peer.sends_binary()

    assert (line.ended.outcome, line.ended.error_code) == ("failed", "SRV_EXTERNAL_SERVICE")


async def test_a_conversation_that_does_not_stop_costs_one_second_and_not_the_record() -> None:
    async with calling() as line:
        line.talk.hangs_on_stop = True
        line.bench.peer.says(event="stop", stop={})

    assert line.ended.outcome == "completed"


async def test_draining_hands_the_caller_over() -> None:
    async with calling() as line:
        line.call.end(Outcome(kind=OutcomeKind.FALLBACK, reason="drained"))
        await line.bench.settle()
        line.bench.peer.says(event="stop", stop={})

    assert line.bench.control.dialled == ["+12125550143"]
    assert line.ended.reason == "drained"


def test_an_illegal_change_of_state_is_dropped_and_the_state_stays() -> None:
    record = Record()
    facts = Facts(record)

    facts.append(StateChanged(before="ringing", after="conversing"))

    assert record.states() == []
    facts.append(StateChanged(before="ringing", after="connected"))
    facts.append(StateChanged(before="ringing", after="connected"))
    assert record.states() == ["connected"]
