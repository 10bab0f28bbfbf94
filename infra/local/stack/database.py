"""The stack's stores: Postgres with its schema and seed, and Valkey."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from aiconnected.db import Database
from infra.local.seed.seed import Seeded
from infra.local.seed.seed import seed as seed_database
from infra.local.stack.environment import DATABASE, Environment
from infra.local.stack.postgres import Postgres, PostgresFailed
from infra.local.stack.services import Service
from infra.local.stack.valkey import Valkey, ValkeyFailed

STORES = ("postgres", "valkey")
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_POLL = 0.05  # seconds
_DOCUMENTS = 120.0  # seconds in which the seeded documents must have been read

StoreFailed = (PostgresFailed, ValkeyFailed)


class Server(Protocol):
    """What Postgres and Valkey have in common."""

    log: Path

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self, *, seconds: float = ...) -> None: ...
    def kill(self) -> None: ...


@dataclass(slots=True)
class StoreProcess:
    """A store as a supervised process; it knows itself how to start after a crash."""

    name: str
    server: Server
    started_at: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self.server.pid

    def start(self) -> None:
        """Start and wait until it answers."""
        self.started_at = time.monotonic()
        self.server.start()

    def alive(self) -> bool:
        """Whether it runs."""
        return self.server.pid is not None

    def terminate(self) -> None:
        """`wait` ends it: a store is the last to go."""

    def kill(self) -> None:
        """Let it crash."""
        self.server.kill()

    def wait(self, seconds: float) -> bool:
        """End it cleanly."""
        self.server.stop(seconds=seconds)
        return True

    def last_words(self, lines: int = 5) -> str:
        """The end of its log."""
        if not self.server.log.exists():
            return ""
        return "\n".join(self.server.log.read_text(errors="replace").splitlines()[-lines:])


def stores(environment: Environment) -> list[Service]:
    """Postgres and Valkey on this stack's ports."""
    layout, ports = environment.layout, environment.ports
    postgres = Postgres(
        layout.database,
        password=environment.secrets.postgres,
        port=ports["postgres"],
        settings={} if layout.lasting else FLEETING,
    )
    valkey = Valkey(layout.data / "valkey", port=ports["valkey"], persist=True)
    return [
        Service(child=StoreProcess("postgres", postgres), ready=lambda: postgres.pid is not None),
        Service(child=StoreProcess("valkey", valkey), ready=lambda: valkey.pid is not None),
    ]


def prepare(environment: Environment) -> None:
    """Create the database, bring its schema up, give the login roles this stack's passwords."""
    # A second of importing: it is done while the other services load.
    from aiconnected.db import migrate  # noqa: PLC0415

    owner = environment.dsn("postgres")
    with psycopg.connect(owner.rpartition("/")[0] + "/postgres", autocommit=True) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    migrate.up(owner)
    with psycopg.connect(owner, autocommit=True) as server:
        for role in ("app", "platform"):
            password = sql.Literal(getattr(environment.secrets, role))
            order = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password)
            server.execute(order)


def seed(environment: Environment) -> Seeded:
    """Put the demo's agency and clients into the database; again, it adds what is missing."""
    stack = Database.single(environment.dsn("app"), environment.dsn("platform"))
    try:
        return seed_database(stack)
    finally:
        stack.close()


def await_documents(environment: Environment) -> int:
    """Wait until no seeded document is pending any more; how many are ready."""
    end = time.monotonic() + _DOCUMENTS
    with psycopg.connect(environment.dsn("postgres"), autocommit=True) as server:
        while True:
            rows = server.execute(
                "SELECT status::text, count(*) FROM knowledge_documents "
                "WHERE deleted_at IS NULL GROUP BY 1"
            ).fetchall()
            counts: dict[str, int] = dict(rows)
            if not counts.get("pending") and not counts.get("processing"):
                return counts.get("ready", 0)
            if time.monotonic() > end:
                raise TimeoutError(f"documents still waiting: {counts}")
            time.sleep(_POLL)
