"""Rows that run side by side: calls to one stack, each with its own faults, four at a time.

`@abreast` turns a coroutine into a test. The first such test that pytest runs starts every one that
was selected, on a loop in a thread of its own; each test then waits for its own end. So a row is an
ordinary test to run, select and read, and twenty of them take as long as five.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from functools import wraps
from typing import Any, TypeVar

import pytest

AT_ONCE = 4  # calls with real models on two cores; the bench's own limit
_SECONDS = 400  # of one test: it may wait for the rows before it
_ROW = "__row__"

Row = Callable[..., Coroutine[Any, Any, None]]
Test = TypeVar("Test", bound=Callable[..., None])


def abreast(row: Row) -> Callable[..., None]:
    """Make `row`, which takes the stage alone, a test that runs beside its siblings."""

    @pytest.mark.timeout(_SECONDS)
    @wraps(row)
    def test(rows: "Rows") -> None:
        rows.outcome(row)

    del test.__wrapped__  # or pytest would ask for the row's own arguments
    setattr(test, _ROW, row)
    return test


def selected(items: Iterable[pytest.Item]) -> list[Row]:
    """The rows among the tests that are going to run, in their order."""
    found = [getattr(getattr(item, "obj", None), _ROW, None) for item in items]
    return [row for row in found if row is not None]


class Rows:
    """The rows of a session, under way from the first look at any of them."""

    def __init__(self, rows: Iterable[Row], *, stage: object) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rows", daemon=True)
        self._thread.start()
        places = asyncio.Semaphore(AT_ONCE)
        self._outcomes: dict[Row, Future[None]] = {
            row: asyncio.run_coroutine_threadsafe(_in_turn(row, stage, places), self._loop)
            for row in rows
        }

    def outcome(self, row: Row) -> None:
        """Wait for a row; raises what it raised."""
        self._outcomes[row].result()

    def close(self) -> None:
        """Stop what still runs."""
        for outcome in self._outcomes.values():
            outcome.cancel()
        asyncio.run_coroutine_threadsafe(_settled(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _in_turn(row: Row, stage: object, places: asyncio.Semaphore) -> None:
    async with places:
        await row(stage)


async def _settled() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
