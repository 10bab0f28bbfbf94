"""The ticker: one tick in 20 ms, and how late the last ones were."""

import asyncio

import pytest

from realtime.bridge.ticker import Ticker

pytestmark = pytest.mark.unit


class Counting:
    """Counts its ticks; `slow` seconds pass in each."""

    def __init__(self, slow: float = 0.0) -> None:
        self.ticks = 0
        self.slow = slow

    async def tick(self) -> None:
        self.ticks += 1
        if self.slow:
            await asyncio.sleep(self.slow)


async def ticked(member: Counting, *, seconds: float) -> Ticker:
    ticker = Ticker(asyncio.get_running_loop().time)
    ticker.add(member)
    running = asyncio.create_task(ticker.run())
    await asyncio.sleep(seconds)
    running.cancel()
    return ticker


async def test_a_member_is_ticked_fifty_times_a_second() -> None:
    member = Counting()

    await ticked(member, seconds=2.01)

    assert member.ticks == 100


async def test_a_member_that_has_left_is_ticked_no_more() -> None:
    ticker, member = Ticker(asyncio.get_running_loop().time), Counting()
    ticker.add(member)
    running = asyncio.create_task(ticker.run())
    await asyncio.sleep(0.05)
    ticker.discard(member)
    await asyncio.sleep(1)
    running.cancel()

    assert member.ticks == 2


async def test_ticks_that_are_late_are_made_up_for() -> None:
    ticker = Ticker(asyncio.get_running_loop().time)
    slow, quick = Counting(slow=0.1), Counting()
    ticker.add(slow)
    running = asyncio.create_task(ticker.run())
    await asyncio.sleep(0.05)
    ticker.discard(slow)
    ticker.add(quick)
    await asyncio.sleep(0.96)
    running.cancel()

    assert slow.ticks + quick.ticks == 50


async def test_a_process_that_is_always_late_says_so() -> None:
    ticker = await ticked(Counting(slow=0.03), seconds=40)

    assert ticker.lateness() > 20


async def test_a_late_burst_in_the_first_seconds_is_not_yet_a_verdict() -> None:
    ticker = await ticked(Counting(slow=0.05), seconds=10)

    assert max(ticker.late_ms) > 20
    assert ticker.lateness() == 0
