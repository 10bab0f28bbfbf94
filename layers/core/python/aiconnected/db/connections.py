"""Where connections come from: a pool, or the one connection of a Lambda container."""

import select
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg
from psycopg.types.json import JsonbDumper

_IDLE = 5.0  # seconds after which the one connection is checked before use
_CONNECT_TIMEOUT = 2  # seconds; libpq's least


class Connections(Protocol):
    """Lends connections in autocommit mode."""

    def connection(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """A working connection for the length of the block. Raises psycopg.OperationalError."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class Pool:
    """Up to `size` connections for a process of several threads."""

    def __init__(self, url: str, *, size: int, timeout: float) -> None:
        # Not at the top: Lambda never loads it.
        from psycopg_pool import ConnectionPool  # noqa: PLC0415

        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=timeout,
            # The pool's own pauses grow to minutes: give up soon, the next request tries anew.
            reconnect_timeout=2.0,
            kwargs={"autocommit": True, "connect_timeout": _CONNECT_TIMEOUT},
            configure=_configure,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def connection(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """A checked connection, waiting for one up to the timeout."""
        return self._pool.connection()

    def close(self) -> None:
        """Close all, not waiting for those lent."""
        self._pool.close()


class Single:
    """One connection, opened when first needed, checked after a pause (Lambda freezes containers).

    Without a pause it is looked at only, which asks the server nothing.

    Nothing is prepared on the server: a proxy may give the next transaction another connection.
    """

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url, self._monotonic = url, monotonic
        self._connection: psycopg.Connection[Any] | None = None
        self._lent = False
        self._used_at = 0.0

    @contextmanager
    def connection(self) -> Generator[psycopg.Connection[Any]]:
        """The connection; a second one at the same time would be a nested unit of work."""
        if self._lent:
            raise RuntimeError("units of work do not nest")
        self._lent = True
        try:
            yield self._checked()
        finally:
            self._lent = False
            self._used_at = self._monotonic()

    def close(self) -> None:
        """Close it; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _checked(self) -> psycopg.Connection[Any]:
        connection = self._connection
        if connection is None or connection.closed:
            return self._open()
        if self._monotonic() - self._used_at < _IDLE and not _spoken_to(connection):
            return connection
        try:
            connection.execute("SELECT")
        except psycopg.OperationalError:
            return self._open()
        return connection

    def _open(self) -> psycopg.Connection[Any]:
        self.close()
        connection = psycopg.connect(
            self._url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT, prepare_threshold=None
        )
        _configure(connection)
        self._connection = connection
        return connection


def _spoken_to(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has said something unasked, such as that it is gone."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_dumper(dict, JsonbDumper)
