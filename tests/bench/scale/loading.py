"""Loads the scale bench's rows: COPY without indexes and triggers, then the indexes again."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
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
    Batch,
    Client,
    Generation,
)

SMALL_CLIENTS = 199
_SMALL_CALLS = 200
_TABLES = ("calls", "transcripts", "transcript_turns")
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indrelid
WHERE c.relname = ANY (%s) AND c.relkind IN ('r', 'p')
    AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
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


def load(url: str, *, scale: float, progress: Progress) -> list[Client]:
    """A million calls times `scale` in one client, and 199 small ones of the same agency; seconds
    are told. `url` is the superuser's.
    """
    began = time.monotonic()
    with psycopg.connect(url) as connection:
        clients = _clients(connection, large=int(1_000_000 * scale))
        connection.execute("SET LOCAL ROLE owner")
        connection.execute(_MONTHS.encode(), [NOW - timedelta(days=DAYS), NOW])
        connection.execute("RESET ROLE")
        connection.execute("SET LOCAL session_replication_role = replica")  # no foreign keys
        connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
        with _without_indexes(connection, progress):
            generation = Generation()
            for client in clients:
                _fill(connection, generation.batches(client), progress if client.large else None)
    progress(f"loaded in {time.monotonic() - began:.0f} s")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) calls, transcripts, transcript_turns, tenants")
        connection.execute("CHECKPOINT")
    progress(f"analysed after {time.monotonic() - began:.0f} s")
    return clients


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
    return Client(agency_id=agency_id, tenant_id=tenant_id, calls=calls, large=number == 0)


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any], progress: Progress) -> Generator[None]:
    known = connection.execute(_INDEXES.encode(), [list(_TABLES)]).fetchall()
    for name, _ in known:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    connection.execute("SET LOCAL ROLE owner")
    for name, definition in known:
        began = time.monotonic()
        connection.execute(definition.encode())
        progress(f"{name}: {time.monotonic() - began:.0f} s")


def _fill(
    connection: psycopg.Connection[Any], batches: Iterator[Batch], progress: Progress | None
) -> None:
    for number, batch in enumerate(batches):
        _copy(connection, "calls", CALLS, text=batch.calls)
        _copy(connection, "transcripts", TRANSCRIPTS, text=batch.transcripts)
        _copy(connection, "transcript_turns", TURN_COLUMNS, text=batch.turns)
        if progress is not None and number % 20 == 0:
            progress(f"batch {number}")


def _copy(
    connection: psycopg.Connection[Any], table: str, columns: Sequence[str], *, text: str
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text)
