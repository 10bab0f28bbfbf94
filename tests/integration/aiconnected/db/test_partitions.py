"""Monthly partitions: made ahead, and made late without losing what the default one caught."""

from typing import Any

import psycopg
import pytest

from aiconnected.db import Database, DatabaseUnavailable
from aiconnected.db.schema import Schema
from aiconnected.kit.ids import new_id
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

PARENTS = {"audit_log", "call_events", "transcript_turns", "usage_records"}
_INSERT = """
INSERT INTO audit_log (id, actor_kind, action, resource_type, at)
VALUES (%s, 'system', 'a', 'r', date_trunc('month', now(), 'UTC') + %s * interval '1 month')
"""
_LONG_AGO = """
SELECT ensure_month_partition(
    %(parent)s::regclass,
    %(key)s,
    (date_trunc('month', now(), 'UTC') - %(ago)s * interval '1 month')::date
)
"""
_WHERE = "SELECT tableoid::regclass::text FROM audit_log WHERE id = %s"


def partitions(connection: psycopg.Connection[Any]) -> dict[str, int]:
    rows = connection.execute(
        "SELECT inhparent::regclass::text, count(*) FROM pg_inherits "
        "JOIN pg_class ON oid = inhrelid AND relkind = 'r' GROUP BY 1"
    ).fetchall()
    return dict(rows)


def test_a_fresh_database_holds_last_month_to_three_months_ahead(
    database_urls: DatabaseUrls,
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        # October to February, and the default one.
        assert partitions(connection) == dict.fromkeys(PARENTS, 6)


def test_the_platform_makes_further_months_once(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.platform) as connection:
        first = connection.execute("SELECT ensure_partitions(5)").fetchone()
        second = connection.execute("SELECT ensure_partitions(5)").fetchone()

        assert (first, second) == ((2 * len(PARENTS),), (0,))
        assert partitions(connection) == dict.fromkeys(PARENTS, 8)


def test_a_month_that_comes_late_takes_its_rows_out_of_the_default(
    database_urls: DatabaseUrls,
) -> None:
    early, late = new_id(), new_id()
    with psycopg.connect(database_urls.platform) as connection:
        connection.execute(_INSERT, [early, 0])
        connection.execute(_INSERT, [late, 5])
        (caught,) = connection.execute(_WHERE, [late]).fetchone() or ("",)

        connection.execute("SELECT ensure_partitions(6)")

        (kept,) = connection.execute(_WHERE, [late]).fetchone() or ("",)
        assert caught == "audit_log_default"
        assert kept.startswith("audit_log_y")
        assert connection.execute("SELECT count(*) FROM audit_log").fetchone() == (2,)


def test_months_are_kept_as_long_as_each_table_keeps_them(
    database: Database, database_urls: DatabaseUrls
) -> None:
    keys = {"call_events": "at", "usage_records": "measured_at"}
    with psycopg.connect(database_urls.owner) as connection:
        for parent, key in keys.items():
            for ago in (24, 25, 84, 85, 100):
                connection.execute(_LONG_AGO, {"parent": parent, "key": key, "ago": ago})
        connection.execute(_INSERT, [new_id(), -90])  # in the default one, which stays
    schema = Schema(database)

    assert (schema.retire_partitions(), schema.retire_partitions()) == (4 + 2, 0)
    with psycopg.connect(database_urls.owner) as connection:
        kept = partitions(connection)
        assert (kept["call_events"], kept["usage_records"]) == (6 + 1, 6 + 3)
        assert connection.execute("SELECT count(*) FROM audit_log").fetchone() == (1,)


def test_a_table_that_somebody_reads_is_left_for_the_next_day(
    database: Database, database_urls: DatabaseUrls
) -> None:
    parameters = {"parent": "audit_log", "key": "at", "ago": 100}
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(_LONG_AGO, parameters)
        connection.commit()
        connection.execute("LOCK TABLE audit_log IN ACCESS SHARE MODE")

        with pytest.raises(DatabaseUnavailable):
            Schema(database).retire_partitions()

    assert Schema(database).retire_partitions() == 1


def test_a_year_is_kept_whatever_is_asked(database_urls: DatabaseUrls) -> None:
    with (
        psycopg.connect(database_urls.platform) as connection,
        pytest.raises(psycopg.errors.InvalidParameterValue),
    ):
        connection.execute("SELECT retire_partitions('audit_log', 11)")


def test_the_app_may_not_make_partitions(database_urls: DatabaseUrls) -> None:
    with (
        psycopg.connect(database_urls.app) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT ensure_partitions(3)")
