"""Migrations go up, down and up again, and leave the same schema."""

import threading

import psycopg
import pytest

from aiconnected.db import migrate
from aiconnected.db.migrations.runner import ADVISORY_LOCK
from tests.fixtures.postgres import MigratedServer

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
