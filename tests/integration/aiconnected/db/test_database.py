"""Units of work on a real database: scope, commit, roll-back, errors, typed rows."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import psycopg
import pytest

from aiconnected.db import (
    Database,
    DatabaseTimeout,
    DatabaseUnavailable,
    Query,
    Scope,
    UniqueViolation,
    Work,
)
from aiconnected.db.connections import Single
from aiconnected.kit.ids import new_id
from infra.local.stack.network import free_port
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy

pytestmark = pytest.mark.integration

SETTINGS = Query(
    name="test.settings",
    text="SELECT current_agency_id(), current_tenant_id(), current_actor_id()",
)
WHO = Query(name="test.who", text="SELECT current_user::text")
COUNT = Query(name="test.count", text="SELECT count(*) FROM tenants")
RENAME = Query(name="test.rename", text="UPDATE tenants SET name = %(name)s")
NAMES = Query(name="test.names", text="SELECT name FROM tenants ORDER BY name")
SLEEP = Query(name="test.sleep", text="SELECT pg_sleep(10)")
RATE = Query(
    name="test.rate",
    text="""
    INSERT INTO rates (id, kind, component, unit, micros, valid_from)
    VALUES (%(id)s, 'cost', 'stt', 'second', 1, '2026-01-01')
    """,
)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Every type of value that rows bring."""

    id: UUID
    colour: Colour
    maybe: Colour | None
    colours: tuple[Colour, ...]
    names: tuple[str, ...]
    amount: Decimal
    content: dict[str, object]
    at: datetime


THINGS = Query(
    name="test.things",
    text="""
    SELECT
        %(id)s::uuid AS id,
        'red' AS colour,
        %(maybe)s AS maybe,
        ARRAY['blue', 'red'] AS colours,
        %(names)s::text[] AS names,
        1.50::numeric AS amount,
        %(content)s AS content,
        timestamptz '2026-11-21 12:00+01' AS at
    FROM generate_series(1, %(rows)s)
    """,
)


def things(**changes: object) -> dict[str, object]:
    values = {"id": new_id(), "maybe": None, "names": ["a"], "content": {"x": [1]}, "rows": 1}
    return values | changes


@pytest.fixture(params=["pooled", "single"])
def either(request: pytest.FixtureRequest, database_urls: DatabaseUrls) -> Iterator[Database]:
    make = Database.pooled if request.param == "pooled" else Database.single
    database = make(database_urls.app, database_urls.platform)
    yield database
    database.close()


def test_a_tenants_work_runs_as_app_within_the_tenant(
    either: Database, tenancies: Tenancies
) -> None:
    with either.work(tenancies.dental.scope) as work:
        assert work.value(WHO, str) == "app"
        assert work.value(COUNT, int) == 1
    with either.work(tenancies.dental.agency_scope) as work:
        assert work.value(COUNT, int) == 2


def test_the_platforms_work_runs_as_platform_and_is_logged(
    either: Database, tenancies: Tenancies, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    with either.work(Scope.platform("count everybody")) as work:
        assert work.value(WHO, str) == "platform"
        assert work.value(COUNT, int) == 3

    logged = [r for r in caplog.records if r.message == "platform work"]
    assert [(r.__dict__["reason"], r.__dict__["statements"]) for r in logged] == [
        ("count everybody", ["test.who", "test.count"])
    ]


def test_a_look_reads_as_the_platform_and_is_logged(
    either: Database, tenancies: Tenancies, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    with either.look("count everybody") as work:
        assert work.value(COUNT, int) == 3
    with pytest.raises(psycopg.errors.UndefinedTable), either.look("mistake") as work:
        work.value(Query(name="test.mistake", text="SELECT 1 FROM nowhere"), int)
    with either.look("who") as work:  # nothing is left of the mistake
        assert work.value(WHO, str) == "platform"

    logged = [r for r in caplog.records if r.message == "platform work"]
    assert [(r.__dict__["reason"], r.__dict__["statements"]) for r in logged] == [
        ("count everybody", ["test.count"]),
        ("who", ["test.who"]),
    ]


def test_a_database_that_is_not_there_cannot_be_looked_into() -> None:
    url = f"postgresql://app:x@127.0.0.1:{free_port()}/voice?connect_timeout=2"
    database = Database.single(url, url)

    with pytest.raises(DatabaseUnavailable), database.look("test"):
        pytest.fail("there is no database")
    database.close()


def test_a_frozen_work_sees_one_moments_rows(either: Database, tenancy: Tenancy) -> None:
    with either.work(tenancy.scope, frozen=True) as work:
        level = Query(name="test.level", text="SHOW transaction_isolation")
        assert work.value(level, str) == "repeatable read"


def test_the_scope_ends_with_the_transaction(either: Database, tenancy: Tenancy) -> None:
    actor = new_id()
    scope = Scope(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id, actor=actor)

    with either.work(scope) as work:
        inside = work.rows(SETTINGS, Settings)
    with either.work(tenancy.agency_scope) as work:
        after = work.rows(SETTINGS, Settings)

    assert inside == [
        Settings(
            current_agency_id=tenancy.agency_id,
            current_tenant_id=tenancy.tenant_id,
            current_actor_id=actor,
        )
    ]
    assert after == [
        Settings(current_agency_id=tenancy.agency_id, current_tenant_id=None, current_actor_id=None)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    current_agency_id: UUID | None
    current_tenant_id: UUID | None
    current_actor_id: UUID | None


def test_a_clean_exit_commits_and_an_exception_rolls_back(
    either: Database, tenancy: Tenancy
) -> None:
    with either.work(tenancy.scope) as work:
        assert work.run(RENAME, name="Kept") == 1
    with pytest.raises(LookupError), either.work(tenancy.scope) as work:
        rename_and_fail(work)

    with either.work(tenancy.scope) as work:
        assert work.values(NAMES, str) == ["Kept"]


def rename_and_fail(work: Work) -> None:
    work.run(RENAME, name="Lost")
    raise LookupError


def test_rows_become_values_of_their_declared_types(either: Database, tenancy: Tenancy) -> None:
    with either.work(tenancy.scope) as work:
        found = work.row(THINGS, Thing, **things(maybe=Colour.BLUE))

    assert found is not None
    assert found.colour is Colour.RED
    assert found.maybe is Colour.BLUE
    assert found.colours == (Colour.BLUE, Colour.RED)
    assert found.names == ("a",)
    assert found.amount == Decimal("1.50")
    assert found.content == {"x": [1]}
    assert found.at == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert found.at.utcoffset() == UTC.utcoffset(None)


def test_one_row_is_one_row_or_none(either: Database, tenancy: Tenancy) -> None:
    with either.work(tenancy.scope) as work:
        assert work.row(THINGS, Thing, **things(rows=0)) is None
        assert len(work.rows(THINGS, Thing, **things(rows=3))) == 3
        with pytest.raises(LookupError, match=r"test\.things gave 2 rows"):
            work.row(THINGS, Thing, **things(rows=2))


def test_many_runs_of_one_statement_count_their_rows(either: Database, tenancy: Tenancy) -> None:
    with either.work(tenancy.agency_scope) as work:
        assert work.run_many(RENAME, [{"name": "A"}, {"name": "B"}]) == 4
        assert work.run_many(RENAME, []) == 0
        assert work.values(NAMES, str) == ["B", "B"]


def test_a_statement_without_rows_asked_for_rows_is_a_mistake(
    either: Database, tenancy: Tenancy
) -> None:
    for fetch in ("rows", "values"):
        with pytest.raises(psycopg.ProgrammingError), either.work(tenancy.scope) as work:
            getattr(work, fetch)(RENAME, Thing, name="x")


def test_work_goes_on_after_a_failure_inside_a_savepoint(either: Database) -> None:
    with either.work(Scope.platform("test")) as work:
        work.run(RATE, id=new_id())
        with pytest.raises(UniqueViolation) as raised, work.savepoint():
            work.run(RATE, id=new_id())
        assert raised.value.diag.constraint_name == "uq_rates_version"
        assert work.value(COUNT, int) == 0


def test_a_statement_that_takes_too_long_is_ended(either: Database, tenancy: Tenancy) -> None:
    with pytest.raises(DatabaseTimeout) as raised, either.work(tenancy.scope, timeout_ms=50) as w:
        w.run(SLEEP)

    assert raised.value.status == 504


def test_a_database_that_is_not_there_is_unavailable() -> None:
    url = f"postgresql://app:x@127.0.0.1:{free_port()}/voice?connect_timeout=2"
    database = Database.single(url, url)

    with pytest.raises(DatabaseUnavailable) as raised, database.work(Scope.platform("test")):
        pytest.fail("there is no database")

    assert raised.value.status == 503
    database.close()


def test_a_connection_that_was_cut_is_replaced(
    either: Database, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    with either.work(tenancy.scope) as work:
        work.value(COUNT, int)
    cut_all(database_urls)

    with either.work(tenancy.scope) as work:
        assert work.value(COUNT, int) == 1


def test_a_single_connection_is_checked_after_a_pause(
    database_urls: DatabaseUrls, tenancy: Tenancy
) -> None:
    seconds = [0.0]
    app = Single(database_urls.app, monotonic=lambda: seconds[0])
    database = Database(app=app, platform=Single(database_urls.platform))
    with database.work(tenancy.scope) as work:
        work.value(COUNT, int)

    seconds[0] = 60.0
    with database.work(tenancy.scope) as work:  # checked and found alive
        work.value(COUNT, int)
    cut_all(database_urls)
    seconds[0] = 120.0
    with database.work(tenancy.scope) as work:  # checked and found dead
        assert work.value(COUNT, int) == 1
    database.close()


def test_units_of_work_on_a_single_connection_do_not_nest(
    database_urls: DatabaseUrls, tenancy: Tenancy
) -> None:
    database = Database.single(database_urls.app, database_urls.platform)
    with (
        database.work(tenancy.scope),
        pytest.raises(RuntimeError, match="do not nest"),
        database.work(tenancy.scope),
    ):
        pytest.fail("nested")
    with database.work(tenancy.scope) as work, database.work(Scope.platform("other login")):
        assert work.value(COUNT, int) == 1
    database.close()


def test_a_pool_serves_threads_side_by_side(database: Database, tenancies: Tenancies) -> None:
    together = threading.Barrier(2, timeout=10)
    seen: dict[str, UUID | None] = {}

    def ask(name: str, tenancy: Tenancy) -> None:
        with database.work(tenancy.scope) as work:
            together.wait()
            (settings,) = work.rows(SETTINGS, Settings)
            seen[name] = settings.current_tenant_id

    threads = [
        threading.Thread(target=ask, args=(name, tenancy))
        for name, tenancy in (("dental", tenancies.dental), ("stranger", tenancies.stranger))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {
        "dental": tenancies.dental.tenant_id,
        "stranger": tenancies.stranger.tenant_id,
    }


def cut_all(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
