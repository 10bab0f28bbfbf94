"""Every named query of the product, prepared against the migrated schema."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import aiconnected
from aiconnected.db import Queries, Query
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

PACKAGE = Path(aiconnected.__file__).parent
FILES = sorted(PACKAGE.glob("*/queries.sql"))
QUERIES = [query for path in FILES for query in Queries.read(path).values()]
_PARAMETER = re.compile(r"%\((\w+)\)s")


def numbered(query: Query) -> str:
    """The statement with $1, $2, … in place of its named parameters."""
    numbers: dict[str, int] = {}
    text = _PARAMETER.sub(lambda m: f"${numbers.setdefault(m[1], len(numbers) + 1)}", query.text)
    return text.replace("%%", "%")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_is_right_for_the_schema(query: Query, connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"PREPARE query AS {numbered(query)}".encode())
    connection.execute("DEALLOCATE query")


@pytest.fixture(scope="module")
def connection(migrated_urls: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_urls.platform, autocommit=True) as opened:
        yield opened


def test_there_are_queries_to_be_held_to_this() -> None:
    assert len(FILES) >= 8
    assert len(QUERIES) >= 50
