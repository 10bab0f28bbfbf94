"""The writer brings spools to the store, waits out its absence and loses nothing."""

import threading
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.clock import SystemClock
from aiconnected.kit.errors import Unavailable
from aiconnected.kit.ids import new_id
from realtime.record.spool import SpoolFile
from realtime.record.writer import Writer
from tests.unit.realtime.record.test_spool import line

pytestmark = pytest.mark.unit


class Store:
    """A fact store that may be away."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self.transactions: list[list[int]] = []
        self.away = 0
        self.tried = threading.Event()

    def store(self, lines: Sequence[SpoolLine]) -> None:
        self.tried.set()
        if self.away:
            self.away -= 1
            raise Unavailable
        self.transactions.append([x.seq for x in lines])
        self.lines += self.transactions[-1]


class Leases:
    """Leases nobody asks about."""

    def renew(self, owner: str, call_ids: Sequence[UUID]) -> None:
        """Nothing."""


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def writer(store: Store) -> Writer:
    made = Writer(
        store=store, leases=Leases(), relay=lambda: None, owner="host:1", clock=SystemClock()
    )
    made.start()
    return made


def test_facts_are_stored_in_order(writer: Writer, store: Store, tmp_path: Path) -> None:
    spool = SpoolFile.create(tmp_path, new_id())
    writer.add(spool, live=True)
    for seq in (1, 2, 3):
        spool.append(line(seq, spool.call_id))
        writer.wake(spool.call_id)

    assert writer.flushed(spool.call_id, timeout=5)
    assert store.lines == [1, 2, 3]
    writer.stop(timeout=1)


def test_facts_wait_for_one_another_and_are_stored_together_at_once_when_asked_for(
    store: Store, tmp_path: Path
) -> None:
    writer = Writer(
        store=store,
        leases=Leases(),
        relay=lambda: None,
        owner="host:1",
        clock=SystemClock(),
        gather=3600,
    )
    writer.start()
    spool = SpoolFile.create(tmp_path, new_id())
    spool.append(line(1, spool.call_id))
    writer.add(spool, live=True)
    assert store.tried.wait(timeout=5)
    for seq in (2, 3):
        spool.append(line(seq, spool.call_id))
        writer.wake(spool.call_id)

    assert writer.flushed(spool.call_id, timeout=5)
    assert store.transactions == [[1], [2, 3]]
    writer.stop(timeout=1)


def test_what_the_store_refused_is_stored_when_it_is_back(
    writer: Writer, store: Store, tmp_path: Path
) -> None:
    store.away = 2
    spool = SpoolFile.create(tmp_path, new_id())
    spool.append(line(1, spool.call_id))

    writer.add(spool, live=True)

    assert writer.flushed(spool.call_id, timeout=5)
    assert store.lines == [1]
    writer.stop(timeout=1)


def test_a_finished_spool_is_deleted_once_it_is_stored(
    writer: Writer, store: Store, tmp_path: Path
) -> None:
    spool = SpoolFile.create(tmp_path, new_id())
    spool.append(line(1, spool.call_id))
    writer.add(spool, live=True)

    writer.finish(spool.call_id)
    writer.stop(timeout=5)

    assert store.lines == [1]
    assert not spool.path.exists()


def test_a_stop_while_the_store_is_away_leaves_the_spool_for_the_next_start(
    writer: Writer, store: Store, tmp_path: Path
) -> None:
    store.away = 10_000
    spool = SpoolFile.create(tmp_path, new_id())
    spool.append(line(1, spool.call_id))
    writer.add(spool, live=True)
    assert store.tried.wait(5)

    writer.stop(timeout=0)

    adopted = SpoolFile.adopt(spool.path)
    assert [x.seq for x in adopted.unread(10)[0]] == [1]
