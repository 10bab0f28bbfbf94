"""The idle loop in a process of its own."""

import asyncio

import pytest

from tests.bench.stalls import Stalls

pytestmark = pytest.mark.integration


async def test_the_idle_loop_tells_how_late_it_was_and_ends() -> None:
    async with asyncio.timeout(20), Stalls() as stalls:
        pass

    assert set(stalls.ms) == {"p95", "max"}
