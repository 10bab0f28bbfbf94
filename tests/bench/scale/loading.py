"""Loads the scale bench's rows on two connections: COPY without indexes, then the indexes.

What a primary key or a constraint keeps stays, as rows come in the order of their ids.
"""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from aiconnected.kit.ids import new_id
from tests.bench.scale.generation import (
    CALLS,
    DAYS,
    NOW,
    TRANSCRIPTS,
    TURN_COLUMNS,
    Client,
    Generation,
)

SMALL_CLIENTS = 199
_SMALL_CALLS = 200
_PART = 50_000  # calls of one transaction
_CONNECTIONS = 2  # as many as cores are promised
_TABLES = ("calls", "transcripts", "transcript_turns")
_SETTINGS = (
    "SET LOCAL session_replication_role = replica",  # no foreign keys, no triggers
    "SET LOCAL maintenance_work_mem = '512MB'",
)
# What takes longest is made first: words, then turns.
_INDEXES = """
SELECT i.indexrelid::regclass::text, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_class AS x ON x.oid = i.indexrelid
JOIN pg_am AS a ON a.oid = x.relam
WHERE c.relname = ANY (%s) AND c.relkind IN ('r', 'p')
    AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
ORDER BY a.amname = 'gin' DESC, c.relname DESC, 1
"""
_AGENCY = """
INSERT INTO agencies (
    id, name, slug, contact_email, max_tenants, max_concurrent_calls, billing_plan
) VALUES (%(id)s, %(slug)s, %(slug)s, 'agency@example.com', 1000, 100, 'standard')
"""
_TENANT = """
INSERT INTO tenants (id, agency_id, name, slug, timezone, max_concurrent_calls)
VALUES (%(id)s, %(agency)s, %(slug)s, %(slug)s, 'America/New_York', 5)
"""
_MONTHS = """
SELECT ensure_month_partition('transcript_turns', 'started_at', m::date)
FROM generate_series(
    date_trunc('month', %s::timestamptz), date_trunc('month', %s::timestamptz), '1 month'
) AS m
"""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one transaction loads: calls of a client."""

    client: Client
    numbers: range


class Loading:
    """Fills an empty, migrated database. `url` is the superuser's; seconds are told."""

    def __init__(self, url: str, progress: Progress) -> None:
        self._url, self._progress = url, progress
        self._generation = Generation()

    def fill(self, *, scale: float) -> list[Client]:
        """A million calls times `scale` of one client, and 199 small ones of the same agency."""
        began = time.monotonic()
        with self._transaction() as connection:
            clients = _clients(connection, large=int(1_000_000 * scale))
            connection.execute("SET LOCAL ROLE owner")
            connection.execute(_MONTHS.encode(), [NOW - timedelta(days=DAYS), NOW])
            indexes = connection.execute(_INDEXES.encode(), [list(_TABLES)]).fetchall()
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}".encode())
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            list(pool.map(self._load, _parts(clients)))
            self._progress(f"rows after {time.monotonic() - began:.0f} s")
            list(pool.map(self._index, *zip(*indexes, strict=True)))
            self._progress(f"indexes after {time.monotonic() - began:.0f} s")
            list(pool.map(self._analyse, (*_TABLES, "tenants")))
        self._progress(f"all after {time.monotonic() - began:.0f} s")
        return clients

    def _load(self, parts: Sequence[_Part]) -> None:
        with self._transaction() as connection:
            for part in parts:
                for batch in self._generation.batches(part.client, part.numbers):
                    _copy(connection, "calls", CALLS, text=batch.calls)
                    _copy(connection, "transcripts", TRANSCRIPTS, text=batch.transcripts)
                    _copy(connection, "transcript_turns", TURN_COLUMNS, text=batch.turns)
        if parts[0].client.large:
            self._progress(f"calls to {parts[-1].numbers.stop:,}")

    def _index(self, name: str, definition: str) -> None:
        began = time.monotonic()
        with self._transaction() as connection:
            connection.execute(definition.encode())
        self._progress(f"{name}: {time.monotonic() - began:.0f} s")

    def _analyse(self, table: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"VACUUM (ANALYZE) {table}".encode())

    @contextmanager
    def _transaction(self) -> Generator[psycopg.Connection[Any]]:
        with psycopg.connect(self._url) as connection:
            for setting in _SETTINGS:
                connection.execute(setting.encode())
            yield connection


def load(url: str, *, scale: float, progress: Progress) -> list[Client]:
    """`Loading.fill` of the database at `url`."""
    return Loading(url, progress).fill(scale=scale)


def _parts(clients: Sequence[Client]) -> list[list[_Part]]:
    """All calls in transactions of about one size; the small clients' go together."""
    large, *small = clients
    parts = [
        [_Part(client=large, numbers=range(first, min(first + _PART, large.calls)))]
        for first in range(0, large.calls, _PART)
    ]
    return [*parts, [_Part(client=each, numbers=range(each.calls)) for each in small]]


def _clients(connection: psycopg.Connection[Any], *, large: int) -> list[Client]:
    agency_id = new_id()
    connection.execute(_AGENCY.encode(), {"id": agency_id, "slug": "northstar"})
    small = max(5, large * _SMALL_CALLS // 1_000_000)
    return [
        _client(connection, agency_id, calls=large if number == 0 else small, number=number)
        for number in range(SMALL_CLIENTS + 1)
    ]


def _client(
    connection: psycopg.Connection[Any], agency_id: UUID, *, calls: int, number: int
) -> Client:
    tenant_id = new_id()
    given = {"id": tenant_id, "agency": agency_id, "slug": f"client-{number}"}
    connection.execute(_TENANT.encode(), given)
    return Client(number=number, agency_id=agency_id, tenant_id=tenant_id, calls=calls)


def _copy(
    connection: psycopg.Connection[Any], table: str, columns: Sequence[str], *, text: str
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text)
