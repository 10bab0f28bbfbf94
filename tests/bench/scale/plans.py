"""The plans that PostgreSQL really uses, functions' own statements included (auto_explain)."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg

_SETTINGS = (
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_nested_statements = on",
    "client_min_messages = log",
)
_EMPTY = """
SELECT c.relname FROM pg_class AS c WHERE c.relispartition AND pg_relation_size(c.oid) = 0
"""
_SCAN = re.compile(r"Seq Scan on (\w+)")
_INDEX = re.compile(r"Index (?:Only )?Scan (?:Backward )?using (\w+)|Bitmap Index Scan on (\w+)")
# Small enough to be read whole, however many clients there are.
_SMALL = {"tenants", "agencies"}


class Plans:
    """What PostgreSQL has told of its plans."""

    def __init__(self, empty: set[str]) -> None:
        self.told: list[str] = []
        self._empty = empty

    @property
    def scanned(self) -> set[str]:
        """Tables that were read from end to end."""
        return {name for plan in self.told for name in _SCAN.findall(plan)} - _SMALL - self._empty

    @property
    def indexes(self) -> set[str]:
        """Indexes that were used."""
        found = (match for plan in self.told for match in _INDEX.findall(plan))
        return {one or other for one, other in found}


def tell(owner_url: str) -> None:
    """Have every new connection to a database tell its plans; `owner_url` is the superuser's."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        name = connection.info.dbname
        for setting in _SETTINGS:
            connection.execute(f"ALTER DATABASE {name} SET {setting}".encode())


def hush(owner_url: str) -> None:
    """Undo `tell`."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} RESET ALL".encode())


def empty(owner_url: str) -> set[str]:
    """Partitions without rows: reading them whole is nothing."""
    with psycopg.connect(owner_url) as connection:
        return {name for (name,) in connection.execute(_EMPTY.encode()).fetchall()}


@contextmanager
def told(
    connection: psycopg.Connection[Any], *, empty: set[str], counting: bool = True
) -> Generator[Plans]:
    """The plans of what is run meanwhile; without `counting` none of those that count a list."""
    plans = Plans(empty)

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if counting or "AS counted" not in (notice.message_primary or ""):
            plans.told.append(notice.message_primary or "")

    # A statement's plan is told when the next one begins.
    connection.execute("SELECT")
    connection.add_notice_handler(hear)
    try:
        yield plans
        connection.execute("SELECT")
    finally:
        connection.remove_notice_handler(hear)
