"""A unit of work: one transaction in one scope, in which repositories run their named queries."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.rows import RowFactory

from aiconnected.db.queries import Query
from aiconnected.db.rows import record, scalar
from aiconnected.db.scope import Scope

T = TypeVar("T")


class Work:
    """Runs queries. `Database.work` commits it on a clean exit and rolls it back otherwise.

    Parameters are the statement's `%(name)s`; dicts become jsonb, lists arrays, enums their value.
    """

    def __init__(self, connection: Connection[Any], scope: Scope) -> None:
        self._connection = connection
        self.scope = scope
        self.statements: list[str] = []  # names of what was run, for the platform's log

    def rows(self, query: Query, into: type[T], /, **params: object) -> list[T]:
        """All rows as dataclasses."""
        return self._fetch(query, record(into), params)

    def row(self, query: Query, into: type[T], /, **params: object) -> T | None:
        """The only row, or None; a second row is a mistake in the query."""
        return _only(query, self._fetch(query, record(into), params))

    def values(self, query: Query, kind: type[T], /, **params: object) -> list[T]:
        """The only column of all rows."""
        return self._fetch(query, scalar(kind), params)

    def value(self, query: Query, kind: type[T], /, **params: object) -> T | None:
        """The only column of the only row; None when there is no row or it is NULL."""
        return _only(query, self._fetch(query, scalar(kind), params))

    def stream(
        self, query: Query, kind: type[T], /, *, portion: int = 500, **params: object
    ) -> Iterator[T]:
        """The only column of all rows, fetched portion by portion: memory is bounded."""
        self.statements.append(query.name)
        name = query.name.replace(".", "_")
        with self._connection.cursor(name, row_factory=scalar(kind)) as cursor:
            cursor.itersize = portion
            cursor.execute(query.text, params)
            yield from cursor

    def run(self, query: Query, /, **params: object) -> int:
        """Rows affected."""
        self.statements.append(query.name)
        return self._connection.execute(query.text, params).rowcount

    def run_many(self, query: Query, many: Iterable[Mapping[str, object]]) -> int:
        """Rows affected by the query run with each set of parameters, in one round trip."""
        self.statements.append(query.name)
        with self._connection.cursor() as cursor:
            cursor.executemany(query.text, list(many))
            return max(cursor.rowcount, 0)  # -1 when there was nothing to run

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Undo only what happens inside when it fails, such as on a unique violation."""
        with self._connection.transaction():
            yield

    def _fetch(self, query: Query, factory: RowFactory[T], params: Mapping[str, object]) -> list[T]:
        self.statements.append(query.name)
        with self._connection.cursor(row_factory=factory) as cursor:
            return cursor.execute(query.text, params).fetchall()


def _only(query: Query, rows: list[T]) -> T | None:
    if len(rows) > 1:
        raise LookupError(f"{query.name} gave {len(rows)} rows where one was asked for")
    return rows[0] if rows else None
