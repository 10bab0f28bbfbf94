"""A hundredth of the scale bench: it loads what it says, and its answers read through indexes."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from tests.bench.scale.generation import RARE, TURNS, Client
from tests.bench.scale.loading import SMALL_CLIENTS, load
from tests.bench.scale.measuring import Measuring, Timed
from tests.fixtures.postgres import DatabaseUrls, MigratedServer

pytestmark = pytest.mark.integration

CALLS = 10_000
ENTERED = """
SELECT (SELECT count(*) FROM calls), (SELECT count(*) FROM transcripts),
    (SELECT count(*) FROM transcript_turns), (SELECT count(*) FROM transcript_turns_default),
    (SELECT count(*) FROM tenants)
"""
UNINDEXED = """
SELECT c.relname FROM pg_class AS c
WHERE c.relname ~ '^transcript_turns_y' AND c.relkind = 'r'
    AND 2 > (SELECT count(*) FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisvalid)
"""


@pytest.fixture(scope="module")
def urls(postgres: MigratedServer) -> Iterator[DatabaseUrls]:
    name = f"test_{secrets.token_hex(6)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(scope="module")
def clients(urls: DatabaseUrls) -> list[Client]:
    return load(urls.owner, scale=CALLS / 1_000_000, progress=lambda _: None)


@pytest.fixture(scope="module")
def timed(urls: DatabaseUrls, clients: list[Client]) -> dict[str, Timed]:
    """Every question's answers, by the question's name."""
    measuring = Measuring(urls.app, urls.platform, owner_url=urls.owner, runs=2, counting=False)
    return {each.question.name: each for each in measuring.all(clients, lambda _: None)}


def test_calls_and_their_words_are_loaded_with_all_indexes(
    urls: DatabaseUrls, clients: list[Client]
) -> None:
    calls = CALLS + SMALL_CLIENTS * clients[-1].calls

    with psycopg.connect(urls.owner) as connection:
        entered = connection.execute(ENTERED.encode()).fetchone()
        unindexed = connection.execute(UNINDEXED.encode()).fetchall()

    assert entered == (calls, calls, calls * TURNS, 0, 1 + SMALL_CLIENTS)
    assert unindexed == []


def test_searches_find_as_many_calls_as_they_should(timed: dict[str, Timed]) -> None:
    found = {times: timed[f"search with {times} matches"].rows for times in RARE.values()}

    assert found == {1: 1, 10: 10, 100: 50, 1_000: 50}
    assert timed["search that finds nothing"].rows == 0


def test_filters_find_common_and_rare_calls(timed: dict[str, Timed]) -> None:
    rows = {name: each.rows for name, each in timed.items()}

    for name in ("failed calls", "calls from browsers", "a busy agent", "answered on a day"):
        assert rows[f"list, {name}"] == 50, name
    for name in ("nobody's agent", "a number never called", "endless calls", "calls that ring"):
        assert rows[f"list, {name}"] == 0, name


def test_no_answer_reads_a_tenants_table_from_end_to_end(timed: dict[str, Timed]) -> None:
    """But of an agency's few thousand calls the failed ones are soonest found in all of them."""
    scanned = {name: each.scanned for name, each in timed.items() if each.question.judged}

    assert {name for name, tables in scanned.items() if tables} <= {"agency's list, failed calls"}


def test_every_answer_is_timed_beside_one_that_asks_for_nothing(timed: dict[str, Timed]) -> None:
    assert all(each.p95 >= each.p50 > 0 and each.bare > 0 for each in timed.values())
