"""Telephone numbers on a real database: whose they are and where they lead."""

from uuid import UUID

import psycopg
import pytest

from aiconnected.agencies.models import AgencyStatus
from aiconnected.calls.models import Carrier
from aiconnected.db import Database, Scope
from aiconnected.numbers.errors import NumberNotFound, NumberTaken
from aiconnected.numbers.models import NewNumber, NumberStatus
from aiconnected.tenants.models import TenantStatus
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancy

pytestmark = pytest.mark.integration

NUMBER = "+12125550142"
PLATFORM = Scope.platform("test")


def new_number(
    tenancy: Tenancy, *, tenant_id: UUID | None, fallback: str | None = None
) -> NewNumber:
    return NewNumber(
        agency_id=tenancy.agency_id,
        tenant_id=tenant_id,
        agent_id=None,
        number=NUMBER,
        carrier=Carrier.TWILIO,
        fallback_number=fallback,
    )


def test_a_number_leads_to_its_tenant_and_falls_back_to_its_telephone(
    nouns: Nouns, database: Database, tenancy: Tenancy
) -> None:
    with database.work(PLATFORM) as work:
        number_id = nouns.numbers.add(work, new_number(tenancy, tenant_id=tenancy.tenant_id))
        route = nouns.numbers.route(work, NUMBER)

    assert (route.phone_number_id, route.agency_id, route.tenant_id) == (
        number_id,
        tenancy.agency_id,
        tenancy.tenant_id,
    )
    assert (route.agent_id, route.agent_version_id) == (None, None)
    assert route.fallback_number == "+12125550143"
    assert (route.agency_status, route.tenant_status) == (AgencyStatus.ACTIVE, TenantStatus.ACTIVE)
    assert (route.agency_max_concurrent_calls, route.tenant_max_concurrent_calls) == (10, 5)


def test_a_numbers_own_fallback_comes_first(
    nouns: Nouns, database: Database, tenancy: Tenancy
) -> None:
    new = new_number(tenancy, tenant_id=tenancy.tenant_id, fallback="+12125550199")
    with database.work(PLATFORM) as work:
        nouns.numbers.add(work, new)

        assert nouns.numbers.route(work, NUMBER).fallback_number == "+12125550199"


@pytest.mark.parametrize("why", ["unknown", "not given to a client", "suspended", "deleted client"])
def test_a_number_that_leads_nowhere(
    nouns: Nouns, database: Database, tenancy: Tenancy, database_urls: DatabaseUrls, why: str
) -> None:
    given = None if why == "not given to a client" else tenancy.tenant_id
    with database.work(PLATFORM) as work:
        nouns.numbers.add(work, new_number(tenancy, tenant_id=given))
    with psycopg.connect(database_urls.owner) as connection:
        if why == "suspended":
            connection.execute("UPDATE phone_numbers SET status = 'suspended'")
        if why == "deleted client":
            connection.execute("UPDATE tenants SET deleted_at = now()")

    with database.work(PLATFORM) as work, pytest.raises(NumberNotFound):
        nouns.numbers.route(work, "+12125550100" if why == "unknown" else NUMBER)


def test_a_number_is_taken_once(nouns: Nouns, database: Database, tenancy: Tenancy) -> None:
    with database.work(PLATFORM) as work:
        nouns.numbers.add(work, new_number(tenancy, tenant_id=tenancy.tenant_id))
        with pytest.raises(NumberTaken):
            nouns.numbers.add(work, new_number(tenancy, tenant_id=None))


def test_a_tenant_lists_its_numbers(nouns: Nouns, database: Database, tenancy: Tenancy) -> None:
    with database.work(PLATFORM) as work:
        nouns.numbers.add(work, new_number(tenancy, tenant_id=tenancy.tenant_id))
    with database.work(tenancy.scope) as work:
        (listed,) = nouns.numbers.of_tenant(work, tenancy.tenant_id)

    assert listed.number == NUMBER
    assert listed.status is NumberStatus.ACTIVE
    assert listed.carrier is Carrier.TWILIO
