"""Quotas under fifty racers on real PostgreSQL and Redis: what is allowed happens, and no more."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from aiconnected.audit.repository import AuditRepository
from aiconnected.audit.service import AuditService
from aiconnected.calls.models import RefusalReason
from aiconnected.db import Database
from aiconnected.kit.clock import SystemClock
from aiconnected.kit.ids import new_id
from aiconnected.live.admission import Admission, Lease, Limits
from aiconnected.live.connection import connect
from aiconnected.tenants.errors import TenantQuotaReached
from aiconnected.tenants.models import NewTenant
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.service import TenantService
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies

pytestmark = pytest.mark.integration

RACERS = 50


@pytest.fixture
def database(database_urls: DatabaseUrls) -> Iterator[Database]:
    """With a connection for several racers at once."""
    pooled = Database.pooled(
        database_urls.app, database_urls.platform, app_size=12, wait_seconds=60
    )
    yield pooled
    pooled.close()


def raced(run: Callable[[int], str]) -> Counter[str]:
    """How often each outcome came about."""
    start = threading.Barrier(RACERS)

    def race(number: int) -> str:
        start.wait()
        return run(number)

    with ThreadPoolExecutor(RACERS) as pool:
        return Counter(pool.map(race, range(RACERS)))


def test_an_agency_gets_as_many_clients_as_its_quota_has_room_for(
    database: Database, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    clock = SystemClock()
    service = TenantService(TenantRepository(), AuditService(AuditRepository(), clock), clock=clock)
    agency_id = tenancies.dental.agency_id  # has two clients and may have ten

    def add(number: int) -> str:
        new = NewTenant(
            agency_id=agency_id,
            name=f"Client {number}",
            slug=f"client-{number}",
            timezone="America/New_York",
            max_concurrent_calls=1,
        )
        try:
            with database.work(tenancies.dental.agency_scope) as work:
                service.add(work, new)
        except TenantQuotaReached:
            return "refused"
        return "made"

    assert raced(add) == {"made": 8, "refused": 42}

    with psycopg.connect(database_urls.owner) as connection:
        kept = connection.execute(
            "SELECT count(*) FROM tenants WHERE agency_id = %s", [agency_id]
        ).fetchone()
        noted = connection.execute(
            "SELECT count(*) FROM audit_log WHERE action = 'tenant.created'"
        ).fetchone()
    assert (kept, noted) == ((10,), (8,))


def test_a_client_has_as_many_calls_at_once_as_it_may(redis_url: str) -> None:
    agency_id, tenant_id = new_id(), new_id()
    with connect(redis_url) as redis:
        admission = Admission(redis)

        def reserve(_: int) -> str:
            verdict = admission.reserve(
                agency_id, tenant_id, call=new_id(), limits=Limits(tenant=7, agency=100)
            )
            return "seated" if isinstance(verdict, Lease) else verdict.value

        outcomes = raced(reserve)

    assert outcomes == {"seated": 7, RefusalReason.TENANT_FULL.value: 43}
