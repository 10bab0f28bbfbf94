"""Rows that run side by side: calls to one stack, each with its own faults, a few at a time.

`@abreast()` turns a coroutine into a test. The first such test that pytest runs starts every one
that was selected, on a loop in a thread of its own; each test then waits for its own end. So a row
is an ordinary test to run, select and read, and twenty of them take as long as seven.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Future, wait
from typing import Any

import pytest

AT_ONCE = 3  # calls with real models on two cores: a fourth makes them miss words at times
_SECONDS = 480  # of one test: it may wait for the rows before it
_ROW = "__row__"

Row = Callable[..., Coroutine[Any, Any, None]]
Key = tuple[Row, str]


def abreast(cases: Mapping[str, object] | None = None) -> Callable[[Row], Callable[..., None]]:
    """Make a coroutine a test that runs beside its siblings.

    The coroutine takes the stage; with `cases` it becomes a test for each, which it takes too.
    """

    def decorate(row: Row) -> Callable[..., None]:
        test = _one(row) if cases is None else _many(row, cases)
        test.__name__, test.__qualname__ = row.__name__, row.__qualname__
        test.__module__, test.__doc__ = row.__module__, row.__doc__
        setattr(test, _ROW, (row, cases))
        return pytest.mark.timeout(_SECONDS)(test)

    return decorate


def _one(row: Row) -> Callable[..., None]:
    def test(rows: "Rows") -> None:
        rows.outcome(row)

    return test


def _many(row: Row, cases: Mapping[str, object]) -> Callable[..., None]:
    @pytest.mark.parametrize("case", cases)
    def test(rows: "Rows", case: str) -> None:
        rows.outcome(row, case)

    return test


class Rows:
    """The rows of a session, under way from the first look at any of them."""

    def __init__(self, items: Iterable[pytest.Item], *, stage: object) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rows", daemon=True)
        self._thread.start()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._outcomes: dict[Key, Future[None]] = {}
        for item in items:
            self._start(item, stage)

    def outcome(self, row: Row, case: str = "") -> None:
        """Wait for a row; raises what it raised."""
        self._outcomes[row, case].result()

    def settled(self) -> None:
        """Wait until all have ended, however they have."""
        wait(self._outcomes.values())

    def close(self) -> None:
        """Stop what still runs."""
        for outcome in self._outcomes.values():
            outcome.cancel()
        asyncio.run_coroutine_threadsafe(_others_done(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _start(self, item: pytest.Item, stage: object) -> None:
        row, cases = getattr(getattr(item, "obj", None), _ROW, (None, None))
        if row is None:
            return
        case = ""
        if cases and isinstance(item, pytest.Function):
            case = str(item.callspec.params["case"])
        arguments = (stage, cases[case]) if cases else (stage,)
        running = asyncio.run_coroutine_threadsafe(self._in_turn(row, arguments), self._loop)
        self._outcomes[row, case] = running

    async def _in_turn(self, row: Row, arguments: tuple[object, ...]) -> None:
        async with self._places:
            await row(*arguments)


async def _others_done() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
