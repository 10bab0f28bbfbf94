"""Changes of single columns in real PostgreSQL."""

import psycopg
import pytest

from aiconnected.db import Database, Query, Scope
from aiconnected.db.changes import change
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies

pytestmark = pytest.mark.integration

CHANGE = Query(
    name="tenants.change",
    text="UPDATE tenants SET /* changes */ id = id WHERE id = %(tenant_id)s",
)
COLUMNS = frozenset({"name", "contact_email", "settings"})


def test_only_the_named_columns_change_and_null_empties_one(
    database: Database, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    tenant_id = tenancies.dental.tenant_id
    with database.work(Scope.platform("test")) as work:
        for changes in (
            {"contact_email": "a@example.com", "settings": {"a": [1]}},
            {"name": "'; DROP TABLE tenants; --", "contact_email": None},
        ):
            count = change(work, CHANGE, changes=changes, columns=COLUMNS, tenant_id=tenant_id)
            assert count == 1

    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            "SELECT name, contact_email, settings, slug FROM tenants WHERE id = %s", [tenant_id]
        ).fetchone()
    assert row == ("'; DROP TABLE tenants; --", None, {"a": [1]}, "dental")


def test_nothing_to_change_touches_nothing(database: Database, tenancies: Tenancies) -> None:
    tenant_id = tenancies.dental.tenant_id
    with database.work(Scope.platform("test")) as work:
        assert change(work, CHANGE, changes={}, columns=COLUMNS, tenant_id=tenant_id) == 0
        assert work.statements == []


def test_a_column_that_is_not_of_the_list_is_a_mistake_of_ours(
    database: Database, tenancies: Tenancies
) -> None:
    tenant_id = tenancies.dental.tenant_id
    with (
        database.work(Scope.platform("test")) as work,
        pytest.raises(ValueError, match="sets no"),
    ):
        change(work, CHANGE, changes={"slug": "x"}, columns=COLUMNS, tenant_id=tenant_id)


def test_a_statement_without_its_mark_is_a_mistake_of_ours(database: Database) -> None:
    plain = Query(name="tenants.plain", text="SELECT 1")
    with (
        database.work(Scope.platform("test")) as work,
        pytest.raises(ValueError, match=r"tenants\.plain lacks the mark"),
    ):
        change(work, plain, changes={"name": "x"}, columns=COLUMNS)
