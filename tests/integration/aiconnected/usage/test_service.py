"""Usage: kept once, priced by the rate in force then, and never in another's book."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from aiconnected.contracts.facts import Component
from aiconnected.db import Scope
from aiconnected.kit.ids import new_id
from aiconnected.usage.models import Measured, Rate, RateKind
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Core

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOKENS = Rate(
    id=new_id(),
    kind=RateKind.COST,
    component=Component.EMBEDDING,
    unit="token",
    micros=20_000,
    per=Decimal(1_000_000),
    currency="USD",
    valid_from=NOW - timedelta(days=10),
)
EMBEDDED = Measured(
    component=Component.EMBEDDING,
    provider="openai",
    model="text-embedding-3-small",
    unit="token",
    quantity=Decimal(1234),
    at=NOW,
    ref="one",
)


def add(core: Core, *rates: Rate) -> None:
    with core.database.work(Scope.platform("seed")) as work:
        for rate in rates:
            core.usage.add_rate(work, rate, source="test")


def record(core: Core, tenancy: Tenancy, measured: Measured) -> bool:
    with core.database.work(tenancy.scope) as work:
        return core.usage.record(
            work, measured, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
        )


def kept(urls: DatabaseUrls) -> list[tuple[object, ...]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(
            "SELECT cost_micros, cost_rate_id, price_micros, price_rate_id FROM usage_records"
            " ORDER BY measured_at"
        ).fetchall()


def test_a_measurement_is_kept_once_at_the_rate_of_its_time(
    core: Core, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    later = replace(TOKENS, id=new_id(), micros=99_000, valid_from=NOW + timedelta(days=1))
    add(core, TOKENS, later)

    assert record(core, tenancy, EMBEDDED)
    assert not record(core, tenancy, EMBEDDED)

    assert kept(database_urls) == [(25, TOKENS.id, 0, None)]  # 24.68 micros


def test_what_has_no_rate_is_kept_at_nothing(
    core: Core, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    assert record(core, tenancy, EMBEDDED)

    assert kept(database_urls) == [(0, None, 0, None)]


def test_an_agencys_own_rate_is_its_own(
    core: Core, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own = replace(TOKENS, id=new_id(), micros=40_000, agency_id=tenancies.dental.agency_id)
    add(core, TOKENS, own)

    record(core, tenancies.dental, EMBEDDED)
    record(core, tenancies.stranger, replace(EMBEDDED, at=NOW + timedelta(seconds=1)))

    assert [row[1] for row in kept(database_urls)] == [own.id, TOKENS.id]


def test_a_version_of_the_price_book_is_added_once(core: Core) -> None:
    with core.database.work(Scope.platform("seed")) as work:
        assert core.usage.add_rate(work, TOKENS, source="test")
        assert not core.usage.add_rate(work, replace(TOKENS, id=new_id()), source="again")


def test_a_tenant_cannot_write_the_price_book(core: Core, tenancy: Tenancy) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        core.database.work(tenancy.scope) as work,
    ):
        core.usage.add_rate(work, TOKENS, source="test")
