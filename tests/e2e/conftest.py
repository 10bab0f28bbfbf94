"""Fixtures of the calls: who is called, and the rows that run side by side."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e import clients
from tests.e2e.abreast import Rows
from tests.e2e.calling import calling
from tests.e2e.clients import Client, Wanted
from tests.e2e.documents import HOTEL, PRACTICE
from tests.e2e.listening import english
from tests.e2e.stackfacts import RunningStack


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The stack, the practice that most rows call, and the hotels of the twenty questions."""

    stack: RunningStack
    practice: Client
    hotel: Client
    forgetful_hotel: Client  # the same documents, but no retrieval


@pytest.fixture(scope="session")
def stage(stack: RunningStack) -> Stage:
    """The clients, and each of their greetings at hand."""
    english()
    return asyncio.run(_set(stack))


@pytest.fixture(scope="session")
def rows(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Rows]:
    """The selected rows, under way."""
    running = Rows(request.session.items, stage=stage)
    yield running
    running.close()


@pytest.fixture
def alone(rows: Rows, stage: Stage) -> Stage:
    """The stage for a test that shakes all calls: the rows are over."""
    rows.settled()
    return stage


async def _set(stack: RunningStack) -> Stage:
    practice, hotel, forgetful = await asyncio.gather(
        clients.make(stack, Wanted(documents=PRACTICE)),
        clients.make(stack, Wanted(documents=HOTEL)),
        clients.make(stack, Wanted(documents=HOTEL, retrieval=False)),
    )
    async with calling(stack, practice) as caller:
        await caller.greeted()
    return Stage(stack=stack, practice=practice, hotel=hotel, forgetful_hotel=forgetful)
