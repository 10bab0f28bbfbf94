"""Migrations go up, down and up again, and leave the same schema and what was kept in it."""

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from aiconnected.agents.editing import EditingRepository
from aiconnected.agents.views import AGENTS
from aiconnected.calls.lists import CALLS
from aiconnected.calls.reads import CallReadRepository
from aiconnected.db import Database, Scope, migrate
from aiconnected.db.migrations.runner import ADVISORY_LOCK
from aiconnected.db.schema import Schema
from tests.fixtures.postgres import MigratedServer
from tests.fixtures.world import World
from tests.fixtures.world_filled import fill
from tests.integration.aiconnected.db.test_queries import QUERIES, numbered

pytestmark = pytest.mark.integration

# Everything that a migration makes, in a form that two databases can be compared by.
_CATALOGUE = b"""
SELECT 'column', table_name || '.' || column_name,
    udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'policy', tablename || '.' || policyname, roles::text || cmd || qual FROM pg_policies
UNION ALL
SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
FROM pg_proc AS p
WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'grant', c.oid::regclass::text, c.relacl::text
FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
UNION ALL
SELECT 'enum', enumtypid::regtype::text, enumlabel FROM pg_enum
ORDER BY 1, 2, 3
"""


_TABLES = b"""
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
REVISIONS = len(list(VERSIONS.glob("[0-9]*.up.sql")))
Rows = dict[str, list[dict[str, Any]]]


def rows(url: str) -> Rows:
    """What every table keeps, in any order."""
    with psycopg.connect(url) as connection:
        return {
            table: [
                row
                for (row,) in connection.execute(
                    f"SELECT to_jsonb(r) FROM {table} AS r".encode()  # noqa: S608
                )
            ]
            for (table,) in connection.execute(_TABLES).fetchall()
            if table not in {"alembic_version", "permissions"}
        }


def _columns(kept: list[dict[str, Any]]) -> set[str]:
    return {name for row in kept for name in row}


def alike(before: Rows, after: Rows) -> None:
    """Fail unless the tables that both have keep the same in the columns that both have."""
    for table in before.keys() & after.keys():
        shared = _columns(before[table]) & _columns(after[table])
        one, other = (
            sorted(str([(k, row[k]) for k in sorted(shared)]) for row in found[table])
            for found in (before, after)
        )
        assert one == other, table


def catalogue(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(_CATALOGUE).fetchall()


def test_up_down_up_gives_the_same_schema_and_down_leaves_nothing(
    postgres: MigratedServer,
) -> None:
    urls = postgres.create("migrations", template="template1")
    try:
        migrate.up(urls.owner)
        first = catalogue(urls.owner)

        migrate.down(urls.owner)
        emptied = catalogue(urls.owner)
        migrate.up(urls.owner)
        second = catalogue(urls.owner)

        left = {name.partition(".")[0] for _, name, *_ in emptied}
        assert left <= {"alembic_version", "alembic_version_pkc"}
        assert len(first) > 500
        assert second == first
    finally:
        postgres.drop("migrations")


def test_each_revision_has_a_way_back(postgres: MigratedServer) -> None:
    urls = postgres.create("steps", template="template1")
    try:
        migrate.up(urls.owner)
        whole = catalogue(urls.owner)
        for step in range(1, 10):
            migrate.down(urls.owner, f"-{step}")
            migrate.up(urls.owner)
            assert catalogue(urls.owner) == whole
    finally:
        postgres.drop("steps")


def test_each_revision_keeps_what_it_does_not_take_away(postgres: MigratedServer) -> None:
    urls = postgres.create("data", template="template1")
    try:
        migrate.up(urls.owner)
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            world = World(connection)
            place = world.agency()
            fill(world, place, {})
            for table in [table for table, kept in rows(urls.owner).items() if not kept]:
                world.add(table, place)
        whole = rows(urls.owner)
        assert [table for table in whole if not whole[table]] == []
        for step in range(1, REVISIONS - 1):  # below the second revision nothing can be kept
            before = rows(urls.owner)
            migrate.down(urls.owner, f"-{step}")
            lower = rows(urls.owner)
            alike(before, lower)
            migrate.up(urls.owner)
            alike(lower, rows(urls.owner))
        assert rows(urls.owner)["agencies"] == whole["agencies"]
    finally:
        postgres.drop("data")


def test_a_table_that_is_held_makes_a_migration_fail_soon_and_change_nothing(
    postgres: MigratedServer,
) -> None:
    urls = postgres.create("held")
    try:
        before = catalogue(urls.owner)
        with psycopg.connect(urls.owner) as connection:
            connection.execute("LOCK TABLE recordings IN ACCESS SHARE MODE")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                migrate.down(urls.owner, "-1")
        assert catalogue(urls.owner) == before

        migrate.down(urls.owner, "-1")
        assert catalogue(urls.owner) != before
    finally:
        postgres.drop("held")


def test_this_code_runs_on_the_schema_of_the_next(postgres: MigratedServer) -> None:
    urls = postgres.create("next")
    try:
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f"ALTER TABLE {table} ADD COLUMN of_the_next text".encode())
            for (enum,) in connection.execute(
                "SELECT DISTINCT enumtypid::regtype::text FROM pg_enum"
            ).fetchall():
                connection.execute(f"ALTER TYPE {enum} ADD VALUE 'of_the_next'".encode())
            world = World(connection)
            fill(world, world.agency(), {})
        database = Database.pooled(urls.app, urls.platform)
        Schema(database).check()
        with psycopg.connect(urls.platform, autocommit=True) as connection:
            for query in QUERIES:
                connection.execute(f"PREPARE query AS {numbered(query)}".encode())
                connection.execute("DEALLOCATE query")
        with database.work(Scope.platform("test")) as work:
            agents = EditingRepository().page(work, AGENTS.read({}))
            calls = CallReadRepository().page(work, CALLS.read({}))
        database.close()
    finally:
        postgres.drop("next")

    assert (len(agents.items), len(calls.items)) == (1, 1)


def test_migrating_twice_changes_nothing(postgres: MigratedServer) -> None:
    urls = postgres.create("twice")
    try:
        before = catalogue(urls.owner)

        migrate.up(urls.owner)

        assert catalogue(urls.owner) == before
    finally:
        postgres.drop("twice")


def test_the_command_migrates_the_database_of_its_environment(
    postgres: MigratedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = postgres.create("command", template="template1")
    monkeypatch.setenv("DATABASE_URL_OWNER", urls.owner)
    try:
        migrate.main(["up"])
        migrated = catalogue(urls.owner)
        migrate.main(["down", "base"])
        emptied = catalogue(urls.owner)
    finally:
        postgres.drop("command")

    assert len(emptied) < 10 < len(migrated)


def test_two_migrators_come_one_after_the_other(postgres: MigratedServer) -> None:
    urls = postgres.create("race", template="template1")
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate.up(urls.owner)
        except BaseException as exc:  # noqa: BLE001 -- a thread's failure must reach the test
            failures.append(exc)

    try:
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            migrator = threading.Thread(target=run)
            migrator.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while connection.execute(waiting).fetchone() == (0,):
                assert migrator.is_alive()
            assert len(catalogue(urls.owner)) < 10
        migrator.join()
        assert not failures
        assert len(catalogue(urls.owner)) > 500
    finally:
        postgres.drop("race")
