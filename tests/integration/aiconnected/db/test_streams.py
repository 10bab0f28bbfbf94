"""Long reads: portion by portion, and of one moment."""

import psycopg
import pytest

from aiconnected.db import Database, Query
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies

pytestmark = pytest.mark.integration

NUMBERS = Query(name="test.numbers", text="SELECT n FROM generate_series(1, %(most)s) AS n")
FETCHED = Query(
    name="test.fetched", text="SELECT count(*) FROM pg_cursors WHERE name = 'test_numbers'"
)
COUNT = Query(name="test.count", text="SELECT count(*) FROM tenants")


def test_rows_come_while_the_rest_is_still_at_the_server(
    database: Database, tenancies: Tenancies
) -> None:
    with database.work(tenancies.dental.scope) as work:
        stream = work.stream(NUMBERS, int, portion=10, most=1005)
        first = next(stream)
        open_cursors = work.value(FETCHED, int)
        rest = list(stream)

        assert work.value(FETCHED, int) == 0
    assert (first, open_cursors) == (1, 1)
    assert rest == list(range(2, 1006))


@pytest.mark.parametrize(("frozen", "seen"), [(True, 2), (False, 3)])
def test_frozen_work_sees_one_moment(
    database: Database, tenancies: Tenancies, database_urls: DatabaseUrls, frozen: bool, seen: int
) -> None:
    with database.work(tenancies.dental.agency_scope, frozen=frozen) as work:
        assert work.value(COUNT, int) == 2
        with psycopg.connect(database_urls.owner) as connection:
            connection.execute(
                "UPDATE tenants SET agency_id = %s WHERE id = %s",
                [tenancies.dental.agency_id, tenancies.stranger.tenant_id],
            )

        assert work.value(COUNT, int) == seen
