"""A migrated database of the bench's own, on a server that lives no longer than the measurement."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import psycopg

from aiconnected.db import migrate
from infra.local.stack.layout import ROOT, outside_home
from infra.local.stack.postgres import Postgres, sweep

_NAME = "voice"
_LOGINS = ("app", "platform")
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "8GB",
    "shared_buffers": "512MB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """One database by its logins; `owner` is the superuser, past every wall."""

    owner: str
    app: str
    platform: str
    server: Postgres

    def cpu(self) -> float:
        """CPU seconds of the server and of those of its processes that have ended."""
        times = psutil.Process(self.server.pid).cpu_times()
        return times.user + times.system + times.children_user + times.children_system


@contextmanager
def database() -> Generator[Urls]:
    """The database; gone with all that is in it at the end."""
    parent = outside_home() if os.geteuid() == 0 else ROOT / ".local"
    sweep(parent, "postgres-scale-*")
    home = parent / f"postgres-scale-{os.getpid()}"
    server = Postgres(home, password=secrets.token_hex(16), settings=_SETTINGS)
    server.start()
    try:
        yield _migrated(server)
    finally:
        server.stop()
        sweep(parent, home.name)


def _migrated(server: Postgres) -> Urls:
    passwords = {user: secrets.token_hex(16) for user in _LOGINS}
    owner = server.dsn(database=_NAME)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_NAME}".encode())
    migrate.up(owner)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        for user, password in passwords.items():
            connection.execute(f"ALTER ROLE {user} PASSWORD '{password}'".encode())
    logins = {
        user: server.dsn(user=user, password=password, database=_NAME)
        for user, password in passwords.items()
    }
    return Urls(owner=owner, server=server, **logins)
