"""The virtual-time loop: it jumps over waits, keeps order, and waits for what it cannot know."""

import asyncio
import threading
import time

import pytest

from tests.virtual_time import VirtualTimeLoop

pytestmark = pytest.mark.unit


async def test_unit_tests_run_on_virtual_time() -> None:
    assert isinstance(asyncio.get_running_loop(), VirtualTimeLoop)


async def test_an_hour_of_sleep_takes_no_real_time() -> None:
    loop = asyncio.get_running_loop()
    real = time.monotonic()

    await asyncio.sleep(3600)

    assert loop.time() == pytest.approx(3600)
    assert time.monotonic() - real < 60


async def test_sleepers_wake_in_the_order_of_their_timers() -> None:
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append((name, round(asyncio.get_running_loop().time(), 6)))

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("late", 0.3), ("early", 0.1), ("middle", 0.2)):
            group.create_task(sleeper(name, seconds))

    assert woken == [("early", 0.1), ("middle", 0.2), ("late", 0.3)]


async def test_time_stands_still_while_something_is_ready() -> None:
    loop = asyncio.get_running_loop()

    for _ in range(100):
        await asyncio.sleep(0)

    assert loop.time() == 0


async def test_a_timeout_fires_at_its_deadline() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.5):
            await asyncio.Event().wait()

    assert asyncio.get_running_loop().time() == pytest.approx(2.5)


async def test_a_thread_is_waited_for_instead_of_jumped_over() -> None:
    async with asyncio.timeout(60):
        answer = await asyncio.to_thread(lambda: "from the thread")

    assert answer == "from the thread"
    assert asyncio.get_running_loop().time() < 60


async def test_a_deadline_still_fires_while_a_thread_is_stuck() -> None:
    stuck = threading.Event()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.shield(asyncio.to_thread(stuck.wait))

    stuck.set()


async def test_a_wake_up_from_another_thread_is_seen() -> None:
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(woken.set,))

    thread.start()
    await woken.wait()

    thread.join()
    assert loop.time() == 0
