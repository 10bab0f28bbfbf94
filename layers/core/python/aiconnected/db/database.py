"""The database with its two logins, and the unit of work on either."""

import logging
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, Self

import psycopg

from aiconnected.db.connections import Connections, Pool, Single
from aiconnected.db.errors import translated
from aiconnected.db.scope import Scope
from aiconnected.db.work import Work

logger = logging.getLogger(__name__)

_BEGIN = "BEGIN;"
_BEGIN_FROZEN = "BEGIN ISOLATION LEVEL REPEATABLE READ;"
# All of it ends with the transaction: a pooled connection never carries one tenant to another.
_ENTER = """
SELECT
    set_config('app.agency_id', %(agency_id)s, true),
    set_config('app.tenant_id', %(tenant_id)s, true),
    set_config('app.actor_id', %(actor_id)s, true),
    set_config('statement_timeout', %(timeout_ms)s, true),
    set_config('timezone', 'UTC', true)
"""


class Database:
    """Opens units of work. Safe to share between threads when made by `pooled`."""

    def __init__(
        self, *, app: Connections, platform: Connections, statement_timeout_ms: int = 10_000
    ) -> None:
        self._app, self._platform = app, platform
        self._timeout_ms = statement_timeout_ms

    @classmethod
    def pooled(
        cls,
        app_url: str,
        platform_url: str,
        *,
        app_size: int = 4,
        platform_size: int = 2,
        wait_seconds: float = 5.0,
        statement_timeout_ms: int = 10_000,
    ) -> Self:
        """For a long-lived process of several threads, each waiting so long for a connection."""
        return cls(
            app=Pool(app_url, size=app_size, timeout=wait_seconds),
            platform=Pool(platform_url, size=platform_size, timeout=wait_seconds),
            statement_timeout_ms=statement_timeout_ms,
        )

    @classmethod
    def single(cls, app_url: str, platform_url: str, *, statement_timeout_ms: int = 10_000) -> Self:
        """For a Lambda container: one request at a time, at most one connection a login."""
        return cls(
            app=Single(app_url),
            platform=Single(platform_url),
            statement_timeout_ms=statement_timeout_ms,
        )

    @contextmanager
    def work(
        self, scope: Scope, *, timeout_ms: int | None = None, frozen: bool = False
    ) -> Generator[Work]:
        """One transaction in `scope`: committed on a clean exit, rolled back on an exception.

        `timeout_ms` limits each statement. Frozen, all statements see one moment's
        rows. Raises `DatabaseUnavailable`, or `DatabaseTimeout`.
        """
        connections = self._platform if scope.is_platform else self._app
        try:
            with (
                connections.connection() as connection,
                _transaction(
                    connection,
                    _BEGIN_FROZEN if frozen else _BEGIN,
                    agency_id=str(scope.agency_id or ""),
                    tenant_id=str(scope.tenant_id or ""),
                    actor_id=str(scope.actor or ""),
                    timeout_ms=str(timeout_ms or self._timeout_ms),
                ),
            ):
                work = Work(connection, scope)
                yield work
        except psycopg.OperationalError as exc:
            raise translated(exc) from exc
        if scope.is_platform:
            _log(work)

    @contextmanager
    def look(self, reason: str) -> Generator[Work]:
        """For one statement that reads one row, as the platform: no transaction is around it.

        That takes a third of the time of a unit of work, for what every request asks. Nothing
        limits how long the statement takes. Raises as `work` does.
        """
        try:
            with self._platform.connection() as connection:
                work = Work(connection, Scope.platform(reason))
                yield work
        except psycopg.OperationalError as exc:
            raise translated(exc) from exc
        _log(work)

    def close(self) -> None:
        """Close every connection."""
        self._app.close()
        self._platform.close()


def _log(work: Work) -> None:
    logger.info("platform work", extra={"reason": work.scope.reason, "statements": work.statements})


@contextmanager
def _transaction(
    connection: psycopg.Connection[Any], begin: LiteralString, **settings: str
) -> Generator[None]:
    """A transaction that is begun and set up in one message: each costs a way there and back."""
    try:
        # Text with its values in it: the server takes no parameters for two statements at once.
        psycopg.ClientCursor(connection).execute(begin + _ENTER, settings)
        yield
    except BaseException:
        with suppress(psycopg.Error):  # such as a lost connection, which is what is being raised
            connection.rollback()
        raise
    connection.commit()
