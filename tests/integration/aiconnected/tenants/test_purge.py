"""The end of a deleted tenant: what is destroyed, what stays, and what nobody may touch."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.db.owned import OUTLIVING, OWNED
from aiconnected.tenants.errors import TenantNotFound
from aiconnected.tenants.models import TENANTS
from aiconnected.tenants.purge import TenantPurge
from aiconnected.tenants.remains import RemainsRepository
from tests.fakes.clock import FakeClock
from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.world import Place, World
from tests.fixtures.world_filled import fill

pytestmark = pytest.mark.integration

_WITH_TENANT = """
SELECT c.relname
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace
    AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graveyard:
    """The job, over a store in memory, on a clock that is moved."""

    clock: FakeClock
    objects: MemoryObjects
    purge: TenantPurge


@pytest.fixture
def graveyard(nouns: Nouns, database: Database) -> Graveyard:
    clock, objects = FakeClock(datetime.now(UTC)), MemoryObjects()
    return Graveyard(
        clock=clock,
        objects=objects,
        purge=TenantPurge(
            RemainsRepository(),
            database=database,
            objects=objects,
            audit=nouns.audit,
            clock=clock,
        ),
    )


@pytest.fixture
def full(database_urls: DatabaseUrls, tenancies: Tenancies) -> Tenancies:
    """Two siblings with rows in every table."""
    with psycopg.connect(database_urls.owner) as connection:
        world = World(connection)
        for tenancy in (tenancies.dental, tenancies.plumbing):
            place = Place(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id)
            fill(world, place, {"business_hours": {"opens": "08:00", "closes": "17:00"}})
            connection.execute(
                "UPDATE recordings SET key = tenant_id || '.wav', metadata = "
                "jsonb_build_object('original', jsonb_build_object('key', tenant_id || '.au')) "
                "WHERE tenant_id = %s",
                [tenancy.tenant_id],
            )
    return tenancies


def delete(urls: DatabaseUrls, tenancy: Tenancy, *, at: datetime) -> None:
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            "UPDATE tenants SET deleted_at = %(at)s, deletion_requested_at = %(at)s, "
            "purge_after = %(at)s + interval '30 days' WHERE id = %(id)s",
            {"at": at, "id": tenancy.tenant_id},
        )


def counts(urls: DatabaseUrls, tenancy: Tenancy) -> dict[str, int]:
    with psycopg.connect(urls.owner) as connection:
        return {table: count(connection, table, tenancy) for table in (*OWNED, *OUTLIVING)}


def count(connection: "psycopg.Connection[Any]", table: str, tenancy: Tenancy) -> int:
    statement = f"SELECT count(*) FROM {table} WHERE tenant_id = %s"  # noqa: S608 -- our own names
    row = connection.execute(statement.encode(), [tenancy.tenant_id]).fetchone()
    assert row is not None
    return int(row[0])


def test_every_table_of_tenants_is_known(migrated_urls: DatabaseUrls) -> None:
    with psycopg.connect(migrated_urls.owner) as connection:
        found = {name for (name,) in connection.execute(_WITH_TENANT).fetchall()}

    assert found == {*OWNED, *OUTLIVING}


def test_a_tenant_is_destroyed_when_its_grace_period_is_over(
    graveyard: Graveyard, full: Tenancies, database_urls: DatabaseUrls
) -> None:
    before = counts(database_urls, full.plumbing)
    name = str(full.dental.tenant_id)
    for suffix in (".wav", ".au"):
        graveyard.objects.kept[name + suffix] = (b"audio", "audio/wav")
        graveyard.objects.kept["other" + suffix] = (b"audio", "audio/wav")
    delete(database_urls, full.dental, at=graveyard.clock.now())

    graveyard.clock.advance(timedelta(days=29))
    assert graveyard.purge.run() == 0
    graveyard.clock.advance(timedelta(days=1))
    assert graveyard.purge.run() == 1
    assert graveyard.purge.run() == 0

    left = {table: n for table, n in counts(database_urls, full.dental).items() if n}
    # The bills, who looked in, and the audit log with one entry more: the evidence.
    assert left.keys() == {
        "subscriptions",
        "invoices",
        "billing_events",
        "support_grants",
        "audit_log",
    }
    assert counts(database_urls, full.plumbing) == before
    assert set(graveyard.objects.kept) == {"other.wav", "other.au"}
    with psycopg.connect(database_urls.owner) as connection:
        tenant = connection.execute(
            "SELECT name, transfer_number, purged_at IS NOT NULL FROM tenants WHERE id = %s",
            [full.dental.tenant_id],
        ).fetchone()
        evidence = connection.execute(
            "SELECT actor_kind, changes FROM audit_log WHERE action = 'tenant.purged'"
        ).fetchone()
        number = connection.execute(
            "SELECT agency_id FROM phone_numbers WHERE tenant_id IS NULL"
        ).fetchone()
    assert tenant == ("Deleted client", None, True)
    assert evidence is not None
    assert (evidence[0], evidence[1]["calls"], evidence[1]["phone_numbers"]) == (
        "system",
        [1, 0],
        [1, 0],
    )
    assert number == (full.dental.agency_id,)


def test_a_store_that_is_away_leaves_the_tenant_for_the_next_time(
    graveyard: Graveyard, full: Tenancies, database_urls: DatabaseUrls
) -> None:
    before = counts(database_urls, full.dental)
    delete(database_urls, full.dental, at=graveyard.clock.now() - timedelta(days=31))
    graveyard.objects.away = True

    assert graveyard.purge.run() == 0

    assert counts(database_urls, full.dental) == before
    graveyard.objects.away = False
    assert graveyard.purge.run() == 1


def test_nothing_of_a_purged_tenant_can_be_restored_or_listed(
    graveyard: Graveyard,
    full: Tenancies,
    nouns: Nouns,
    database: Database,
    database_urls: DatabaseUrls,
) -> None:
    delete(database_urls, full.dental, at=graveyard.clock.now() - timedelta(days=31))
    graveyard.purge.run()

    with database.work(full.dental.agency_scope) as work:
        with pytest.raises(TenantNotFound):
            nouns.tenants.restore(work, full.dental.tenant_id)
        page = nouns.tenants.page(work, TENANTS.read({"is_deleted": ["true"]}))
    assert page.items == ()
