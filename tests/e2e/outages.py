"""Neighbours that are dead for a while."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.e2e.stackfacts import RunningStack


@asynccontextmanager
async def down(stack: RunningStack, service: str, *, at_least: float = 0.0) -> AsyncGenerator[None]:
    """The service is killed, and started again after the block and `at_least` seconds."""
    await stack.order(service, "down")
    since = time.monotonic()
    try:
        yield
        await asyncio.sleep(max(0.0, since + at_least - time.monotonic()))
    finally:
        await stack.order(service, "start")
        await stack.ready(service)
