"""The schema as the code finds it: revision and partitions."""

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.db.schema import Schema, SchemaOutdated, needed
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration


def set_revision(urls: DatabaseUrls, revision: str) -> None:
    with psycopg.connect(urls.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])


def test_a_migrated_database_is_what_the_code_needs(database: Database) -> None:
    assert Schema(database).check() == needed()


def test_a_newer_schema_will_do_and_an_older_one_will_not(
    database: Database, database_urls: DatabaseUrls
) -> None:
    set_revision(database_urls, "29990101_0000")
    assert Schema(database).check() == "29990101_0000"

    set_revision(database_urls, "20261121_1000")
    with pytest.raises(SchemaOutdated):
        Schema(database).check()


def test_missing_partitions_are_made_once(database: Database, database_urls: DatabaseUrls) -> None:
    schema = Schema(database)
    assert schema.ensure_partitions() == 0

    with psycopg.connect(database_urls.owner) as connection:
        months = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'audit_log'::regclass ORDER BY 1 DESC LIMIT 1"
        ).fetchone()
        assert months is not None
        connection.execute(f"DROP TABLE {months[0]}".encode())

    assert schema.ensure_partitions() == 1
