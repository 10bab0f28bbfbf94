"""Fixtures of the calls: who is called, and the rows that run side by side."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e import clients
from tests.e2e.abreast import Rows, selected
from tests.e2e.calling import calling
from tests.e2e.clients import Client, Wanted
from tests.e2e.documents import PRACTICE
from tests.e2e.stackfacts import RunningStack


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The stack and the practice that most rows call."""

    stack: RunningStack
    practice: Client


@pytest.fixture(scope="session")
def stage(stack: RunningStack) -> Stage:
    """A practice with documents that has been called once: its greeting is at hand."""
    return asyncio.run(_set(stack))


@pytest.fixture(scope="session")
def rows(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Rows]:
    """The selected rows, under way."""
    running = Rows(selected(request.session.items), stage=stage)
    yield running
    running.close()


async def _set(stack: RunningStack) -> Stage:
    practice = await clients.make(stack, Wanted(documents=PRACTICE))
    async with calling(stack, practice) as caller:
        await caller.greeted()
    return Stage(stack=stack, practice=practice)
