"""Minutes of a month: told of once when they run low and run out, and no call beyond them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.models import CallTicket, Carrier, Refusal, RefusalReason
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import CallEnded
from aiconnected.contracts.jobs import EventHappened
from aiconnected.db import Database
from aiconnected.users.models import UserRole
from chalicelib.services import Services
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Core, FakeQueue, Practice
from tests.fixtures.web_api import ControlPlane
from tests.fixtures.world import Place, World

pytestmark = pytest.mark.integration

NOVEMBER = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
DECEMBER = NOVEMBER + timedelta(days=20)
MINUTE = 60_000


def run(urls: DatabaseUrls, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(urls.owner) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def services(
    control_plane: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> Services:
    """Whose clients may speak a hundred minutes a month."""
    assert tenancies.dental
    run(database_urls, "UPDATE tenants SET max_monthly_minutes = 100")
    return control_plane.services


def ended(world: World, tenancy: Tenancy, *, minutes: float, at: datetime = NOVEMBER) -> Envelope:
    """The message that a call of so many minutes has ended."""
    place = Place(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id)
    lasted = timedelta(minutes=minutes)
    call_id = world.add(
        "calls",
        place,
        initiated_at=at,
        answered_at=at,
        ended_at=at + lasted,
        duration_ms=int(minutes * MINUTE),
    )
    fact = CallEnded(outcome="completed", reason="", answered_at=at, ended_at=at + lasted)
    return Envelope.of(
        fact, at=at, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id, call_id=call_id
    )


def told(services: Services) -> list[tuple[str, UUID | None, dict[str, Any]]]:
    """Events of quotas that have left, and whose they are."""
    services.relay.sweep()
    queue = services.publisher
    assert isinstance(queue, FakeQueue)
    events = [
        (one, one.read(EventHappened)) for one in queue.sent if one.type == EventHappened.TYPE
    ]
    return [
        (event.event, envelope.tenant_id, dict(event.data))
        for envelope, event in events
        if event.event.startswith("quota.")
    ]


def test_each_threshold_is_told_once_a_month(
    services: Services, world: World, tenancies: Tenancies
) -> None:
    dental = tenancies.dental
    steps: list[list[str]] = []
    for minutes in (79, 1, 19, 1, 50):
        message = ended(world, dental, minutes=minutes)
        services.finaliser.finalise(message)
        services.finaliser.finalise(message)  # the job comes again
        steps.append([name for name, _, _ in told(services)])

    assert steps == [
        [],
        ["quota.warning"],
        ["quota.warning"],
        ["quota.warning", "quota.exceeded"],
        ["quota.warning", "quota.exceeded"],
    ]
    _, exceeded = told(services)
    assert exceeded == (
        "quota.exceeded",
        dental.tenant_id,
        {"quota": "monthly_minutes", "limit": 100, "used": 100},
    )
    services.finaliser.finalise(ended(world, dental, minutes=101, at=DECEMBER))
    assert Counter(name for name, _, _ in told(services)) == {
        "quota.warning": 2,
        "quota.exceeded": 2,
    }


def test_a_threshold_stays_told_when_its_message_is_long_forgotten(
    services: Services, world: World, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    services.finaliser.finalise(ended(world, tenancies.dental, minutes=100))
    assert len(told(services)) == 2
    run(database_urls, "DELETE FROM outbox")

    services.finaliser.finalise(ended(world, tenancies.dental, minutes=1))

    assert len(told(services)) == 2


def test_of_many_calls_that_end_at_once_one_tells(
    services: Services, database_urls: DatabaseUrls, world: World, tenancies: Tenancies
) -> None:
    messages = [ended(world, tenancies.dental, minutes=10) for _ in range(20)]
    pooled = Database.pooled(database_urls.app, database_urls.platform, app_size=8, wait_seconds=30)
    racing = type(services)(services.settings)
    racing.database = pooled

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(racing.finaliser.finalise, messages))
    pooled.close()

    assert Counter(name for name, _, _ in told(services)) == {
        "quota.warning": 1,
        "quota.exceeded": 1,
    }


def test_who_has_no_limit_is_told_nothing(
    control_plane: ControlPlane, world: World, tenancies: Tenancies
) -> None:
    services = control_plane.services
    services.finaliser.finalise(ended(world, tenancies.dental, minutes=1_000_000))

    assert told(services) == []


def test_the_agency_reads_of_it_and_its_client_does_not(
    services: Services, control_plane: ControlPlane, world: World, tenancies: Tenancies
) -> None:
    dental = tenancies.dental
    services.finaliser.finalise(ended(world, dental, minutes=80))
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=dental.agency_id)
    client = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )

    (event,) = agency.get("/api/v1/billing-events").data
    assert (event["type"], event["body"]["used"]) == ("quota.warning", 80)
    assert client.get("/api/v1/billing-events").status == 403


def test_a_caller_beyond_the_minutes_reaches_the_clients_own_telephone(
    core: Core, practice: Practice, world: World, database_urls: DatabaseUrls
) -> None:
    def call(sid: str) -> CallTicket | Refusal:
        return core.calls.open(Carrier.TWILIO, sid, from_="+14155550123", to=practice.number)

    run(database_urls, "UPDATE tenants SET max_monthly_minutes = 100")
    ended(world, practice.tenancy, minutes=99)
    assert isinstance(call("CA1"), CallTicket)
    ended(world, practice.tenancy, minutes=1)

    refused = call("CA2")

    assert isinstance(refused, Refusal)
    assert refused.reason is RefusalReason.MINUTES_USED_UP
    assert refused.fallback_number == "+12125550143"
    assert call("CA2") == refused
    assert isinstance(call("CA1"), CallTicket)  # whoever is talking goes on
    core.clock.move(timedelta(days=20))
    assert isinstance(call("CA3"), CallTicket)


def test_a_day_that_is_over_is_told_once_with_what_it_sells_for(
    control_plane: ControlPlane, world: World, tenancies: Tenancies
) -> None:
    services = control_plane.services
    yesterday = datetime.now(UTC) - timedelta(days=1, hours=12)
    place = Place(agency_id=tenancies.dental.agency_id, tenant_id=tenancies.dental.tenant_id)
    for days in (0, 0, 9):
        at = yesterday - timedelta(days=days)
        world.add("calls", place, initiated_at=at, duration_ms=MINUTE, price_micros=5)

    for _ in range(2):
        services.day_counter.run()
    services.relay.sweep()

    queue = services.publisher
    assert isinstance(queue, FakeQueue)
    days = [one.read(EventHappened).data for one in queue.sent if one.type == EventHappened.TYPE]
    assert [(day["calls"], day["duration_ms"], day["price_micros"]) for day in days] == [
        (2, 2 * MINUTE, 10)
    ]
