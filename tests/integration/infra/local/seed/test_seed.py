"""The demo's seed against a real database."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest

from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.service import AgentService
from aiconnected.audit.repository import AuditRepository
from aiconnected.audit.service import AuditService
from aiconnected.auth.passwords import Passwords
from aiconnected.db import Database, Scope
from aiconnected.numbers.repository import NumberRepository
from aiconnected.numbers.service import NumberService
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.service import TenantService
from infra.local.seed.__main__ import main
from infra.local.seed.facts import read
from infra.local.seed.people import LOCAL_PASSWORD
from infra.local.seed.seed import Seed, Seeded
from tests.fakes.clock import FakeClock
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

# A Thursday in the office hours of both clients.
NOON = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
_COUNTS = b"""
SELECT
    (SELECT count(*) FROM agencies), (SELECT count(*) FROM tenants), (SELECT count(*) FROM users),
    (SELECT count(*) FROM agents), (SELECT count(*) FROM agent_versions WHERE status = 'published'),
    (SELECT count(*) FROM phone_numbers), (SELECT count(*) FROM rates),
    (SELECT count(*) FROM appointment_slots), (SELECT count(*) FROM knowledge_documents),
    (SELECT count(*) FROM outbox)
"""


@dataclass(slots=True)
class Counted:
    """Rows by table, as the owner sees them."""

    urls: DatabaseUrls

    def __call__(self) -> tuple[int, ...]:
        with psycopg.connect(self.urls.owner) as connection:
            row = connection.execute(_COUNTS).fetchone()
            assert row is not None
            return row


@pytest.fixture
def counted(database_urls: DatabaseUrls) -> Counted:
    return Counted(database_urls)


def run(database: Database) -> Seeded:
    return Seed(database, facts=read(), clock=FakeClock(NOON)).run()


def test_a_second_run_changes_nothing(database: Database, counted: Counted) -> None:
    run(database)
    first = counted()

    run(database)

    assert counted() == first
    agencies, tenants, users, agents, published, numbers, rates, slots, documents, jobs = first
    assert (agencies, tenants, users, agents, published, numbers) == (1, 2, 6, 2, 2, 2)
    assert rates > 8
    assert slots > 2 * 14
    assert documents == jobs == 13


def test_a_dialled_number_leads_to_an_agent_that_greets_by_name(database: Database) -> None:
    seeded = run(database)
    clock = FakeClock(NOON)
    audit = AuditService(AuditRepository(), clock)
    tenants = TenantService(TenantRepository(), audit)
    agents = AgentService(AgentRepository(), tenants=tenants, audit=audit, clock=clock)

    with database.work(Scope.platform("test")) as work:
        route = NumberService(NumberRepository(), audit).route(work, seeded.numbers[0]["number"])
    assert route.agent_version_id is not None
    with database.work(Scope(agency_id=route.agency_id, tenant_id=route.tenant_id)) as work:
        published = agents.of_version(
            work, tenant_id=route.tenant_id, version_id=route.agent_version_id
        )

    assert published.tenant_name == "Brightwater Dental"
    assert published.transfer_number == route.fallback_number == "+12125550143"
    assert "This is Ava" in published.config.greeting
    assert published.config.system_prompt.startswith("You are Ava, the receptionist of")
    assert "{{" not in published.config.system_prompt
    assert len(published.config.fillers) == 3
    assert all((published.config.apology, published.config.handover, published.config.farewell))
    assert len(published.hours) == 6


def test_every_role_has_a_login_with_the_printed_password(
    database: Database, database_urls: DatabaseUrls
) -> None:
    seeded = run(database)

    with psycopg.connect(database_urls.owner) as connection:
        kept = dict(connection.execute("SELECT email, password_hash FROM users").fetchall())

    assert {user.role for user in seeded.users} == {
        "platform_admin",
        "agency_admin",
        "agency_user",
        "tenant_admin",
        "tenant_user",
    }
    assert kept.keys() == {user.email for user in seeded.users}
    assert Passwords().matches(LOCAL_PASSWORD, kept[seeded.users[0].email])


def test_the_command_prints_what_the_stack_lists(
    database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL_APP", database_urls.app)
    monkeypatch.setenv("DATABASE_URL_PLATFORM", database_urls.platform)

    main()

    printed = json.loads(capsys.readouterr().out)
    assert printed["numbers"][0] == {"number": "+12125550142", "tenant": "brightwater-dental"}
    assert set(printed["users"][0]) == {"email", "password", "role", "agency", "tenant"}
