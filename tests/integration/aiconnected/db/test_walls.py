"""Row-level security as a wall of its own: what `app` and `platform` see, table by table."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.world import Place, World
from tests.fixtures.world_filled import fill

pytestmark = pytest.mark.integration

# Not a tenant's: agencies and tenants have walls by their own key, rates and plans are shared with
# the platform, refresh tokens and idempotency keys are the platform's alone, and permissions are
# the code's own words.
_PLATFORMS = {"refresh_tokens", "idempotency_keys"}
_SPECIAL = {"agencies", "tenants", "rates", "plans", "permissions", "imports"} | _PLATFORMS
_TABLES = """
SELECT c.relname
FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace
    AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND c.relname <> 'alembic_version'
ORDER BY c.relname
"""


@pytest.fixture
def tables(database_urls: DatabaseUrls, tenancies: Tenancies) -> list[str]:
    """Names of all tables, after every tenant has got a row in each of its own."""
    given: dict[str, dict[str, object]] = {"business_hours": {"opens": "08:00", "closes": "17:00"}}
    with psycopg.connect(database_urls.owner) as connection:
        for tenancy in (tenancies.dental, tenancies.plumbing, tenancies.stranger):
            place = Place(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id)
            fill(World(connection), place, given)
        return [name for (name,) in connection.execute(_TABLES).fetchall()]


def enter(connection: psycopg.Connection[Any], agency: UUID | None, tenant: UUID | None) -> None:
    connection.execute(
        "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)",
        [str(agency or ""), str(tenant or "")],
    )


def tenants_in(connection: psycopg.Connection[Any], table: str) -> set[UUID]:
    query = sql.SQL("SELECT tenant_id FROM {}").format(sql.Identifier(table))
    return {tenant for (tenant,) in connection.execute(query).fetchall()}


def test_a_tenant_sees_its_own_rows_alone_in_every_table(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own = tenancies.dental
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, own.agency_id, own.tenant_id)

        seen = {table: tenants_in(connection, table) for table in tables if table not in _SPECIAL}

    assert len(seen) > 25
    assert all(tenants == {own.tenant_id} for tenants in seen.values()), seen


def test_an_agency_sees_the_rows_of_all_its_tenants_and_of_no_other(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    both = {tenancies.dental.tenant_id, tenancies.plumbing.tenant_id}
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.dental.agency_id, None)

        seen = {table: tenants_in(connection, table) for table in tables if table not in _SPECIAL}
        tenants = connection.execute("SELECT id FROM tenants").fetchall()
        agencies = connection.execute("SELECT id FROM agencies").fetchall()

    assert all(tenants == both for tenants in seen.values()), seen
    assert {tenant for (tenant,) in tenants} == both
    assert agencies == [(tenancies.dental.agency_id,)]


@pytest.mark.parametrize("tenant_too", [False, True])
def test_without_an_agency_nothing_is_seen(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls, *, tenant_too: bool
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, None, tenancies.dental.tenant_id if tenant_too else None)
        for table in set(tables) - _PLATFORMS - {"permissions"}:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            assert connection.execute(query).fetchone() == (0,), table


def test_a_tenant_named_under_another_agency_gives_nothing(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.stranger.agency_id, tenancies.dental.tenant_id)
        for table in set(tables) - _SPECIAL:
            assert tenants_in(connection, table) == set(), table


def test_rows_of_another_tenant_can_be_neither_changed_nor_written(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own, other = tenancies.dental, tenancies.stranger
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, own.agency_id, own.tenant_id)

        moved = connection.execute(
            "UPDATE calls SET summary = 'mine' WHERE tenant_id = %s", [other.tenant_id]
        )
        assert moved.rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(
                "UPDATE calls SET tenant_id = %s, agency_id = %s WHERE tenant_id = %s",
                [other.tenant_id, other.agency_id, own.tenant_id],
            )


def test_a_row_cannot_point_at_another_tenants_row(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with (
        psycopg.connect(database_urls.owner) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute(
            "UPDATE calls SET agent_id = (SELECT id FROM agents WHERE tenant_id = %s) "
            "WHERE tenant_id = %s",
            [tenancies.stranger.tenant_id, tenancies.dental.tenant_id],
        )


def test_the_platform_sees_every_row(
    tables: list[str], tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    every = {
        tenancy.tenant_id for tenancy in (tenancies.dental, tenancies.plumbing, tenancies.stranger)
    }
    with psycopg.connect(database_urls.platform) as connection:
        for table in set(tables) - _SPECIAL:
            seen = tenants_in(connection, table) - {None}  # who is of the platform has no tenant
            assert seen == every, table


@pytest.mark.parametrize("login", ["app", "platform"])
def test_the_logins_own_nothing_and_pass_no_wall(database_urls: DatabaseUrls, login: str) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [login]
        ).fetchone()
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles "
            "WHERE rolname = %s",
            [login],
        ).fetchone()

    assert owned == (0,)
    assert role == (False, False, False, False, False)


def test_every_table_forces_row_security(tables: list[str], database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        forced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        ).fetchall()

    assert {name for (name,) in forced} == set(tables) - {"permissions"}


def test_partitions_are_reached_through_their_parents_alone(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        reachable = connection.execute(
            """
            SELECT c.relname FROM pg_class AS c, (VALUES ('app'), ('platform')) AS r (login)
            WHERE c.relispartition AND c.relkind = 'r'
                AND has_table_privilege(r.login, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            """
        ).fetchall()

    assert reachable == []


def test_functions_are_for_those_they_are_granted_to(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        callable_by_app = connection.execute(
            """
            SELECT p.proname FROM pg_proc AS p
            WHERE p.pronamespace = 'public'::regnamespace
                AND has_function_privilege('app', p.oid, 'EXECUTE')
                AND NOT EXISTS (
                    SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e'
                )
            ORDER BY 1
            """
        ).fetchall()

    assert [name for (name,) in callable_by_app] == [
        "current_actor_id",
        "current_agency_id",
        "current_tenant_id",
        "search_calls",
        "search_knowledge",
    ]


def test_refresh_tokens_are_not_for_the_app(database_urls: DatabaseUrls) -> None:
    with (
        psycopg.connect(database_urls.app) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT token_hash FROM refresh_tokens")


def test_imports_are_their_agencys_and_no_clients(
    tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own = tenancies.dental
    with psycopg.connect(database_urls.owner) as connection:
        for agency_id in (own.agency_id, tenancies.stranger.agency_id):
            World(connection).add("imports", Place(agency_id=agency_id, tenant_id=None))

    with psycopg.connect(database_urls.app) as connection:
        enter(connection, own.agency_id, None)
        seen = connection.execute("SELECT agency_id FROM imports").fetchall()
        enter(connection, own.agency_id, own.tenant_id)
        unseen = connection.execute("SELECT agency_id FROM imports").fetchall()

    assert (seen, unseen) == ([(own.agency_id,)], [])


def test_an_agency_cannot_lift_its_own_quota(
    tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.app) as connection:
        enter(connection, tenancies.dental.agency_id, None)
        renamed = connection.execute("UPDATE agencies SET name = 'Polaris'")
        assert renamed.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE agencies SET max_tenants = 1000")


def test_the_audit_log_cannot_be_changed(database_urls: DatabaseUrls) -> None:
    for url in (database_urls.app, database_urls.platform):
        for statement in (b"UPDATE audit_log SET action = ''", b"DELETE FROM audit_log"):
            with (
                psycopg.connect(url) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(statement)
