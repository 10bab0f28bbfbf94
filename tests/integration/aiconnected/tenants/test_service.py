"""Agencies, tenants and users: made, found, suspended; each change in the audit log."""

from uuid import UUID

import psycopg
import pytest

from aiconnected.agencies.errors import AgencyNameTaken, AgencyNotFound
from aiconnected.agencies.models import AgencyStatus, NewAgency
from aiconnected.db import Database, Scope
from aiconnected.kit.emails import InvalidEmail
from aiconnected.kit.ids import new_id
from aiconnected.tenants.errors import TenantNotFound, TenantSlugTaken
from aiconnected.tenants.models import NewTenant, TenantStatus
from aiconnected.users.errors import EmailTaken, UserNotFound
from aiconnected.users.models import NewUser, UserRole
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancies

pytestmark = pytest.mark.integration

ADMIN = Scope.platform("test")
AGENCY = NewAgency(
    name="Polaris",
    slug="polaris",
    contact_email="hello@polaris.example",
    billing_plan="standard",
    max_tenants=5,
    max_concurrent_calls=10,
)


def tenant_of(agency_id: UUID, slug: str = "bakery") -> NewTenant:
    return NewTenant(
        agency_id=agency_id,
        name="The Bakery",
        slug=slug,
        timezone="Europe/London",
        max_concurrent_calls=3,
    )


def audited(urls: DatabaseUrls) -> list[tuple[str, UUID | None, UUID | None, str, str]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(
            "SELECT action, agency_id, tenant_id, actor_kind, reason FROM audit_log ORDER BY id"
        ).fetchall()


def test_an_agency_is_made_found_and_suspended(
    nouns: Nouns, database: Database, database_urls: DatabaseUrls
) -> None:
    actor = new_id()
    with database.work(Scope.platform("support", actor=actor)) as work:
        agency_id = nouns.agencies.add(work, AGENCY)
        nouns.agencies.set_status(work, agency_id, status=AgencyStatus.SUSPENDED)

    with database.work(Scope(agency_id=agency_id)) as work:
        agency = nouns.agencies.get(work, agency_id)
        assert nouns.agencies.find(work, "polaris") == agency_id
    assert agency.status is AgencyStatus.SUSPENDED
    assert agency.branding == {}
    assert agency.updated_at >= agency.created_at
    assert audited(database_urls) == [
        ("agency.created", agency_id, None, "user", "support"),
        ("agency.status_changed", agency_id, None, "user", "support"),
    ]


def test_an_agency_is_not_told_of_another(
    nouns: Nouns, database: Database, tenancies: Tenancies
) -> None:
    with database.work(tenancies.dental.agency_scope) as work, pytest.raises(AgencyNotFound):
        nouns.agencies.get(work, tenancies.stranger.agency_id)


def test_a_slug_belongs_to_one_agency(nouns: Nouns, database: Database) -> None:
    with database.work(ADMIN) as work:
        nouns.agencies.add(work, AGENCY)
        with pytest.raises(AgencyNameTaken):
            nouns.agencies.add(work, AGENCY)


def test_a_tenant_is_made_by_its_agency_and_suspended(
    nouns: Nouns, database: Database, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    agency_id = tenancies.dental.agency_id
    with database.work(Scope(agency_id=agency_id)) as work:
        tenant_id = nouns.tenants.add(work, tenant_of(agency_id))
        nouns.tenants.set_status(work, tenant_id, status=TenantStatus.SUSPENDED)
        tenant = nouns.tenants.get(work, tenant_id)

        assert nouns.tenants.find(work, agency_id=agency_id, slug="bakery") == tenant_id
    assert tenant.status is TenantStatus.SUSPENDED
    assert tenant.max_monthly_minutes is None
    assert audited(database_urls) == [
        ("tenant.created", agency_id, tenant_id, "system", ""),
        ("tenant.status_changed", agency_id, tenant_id, "system", ""),
    ]


def test_two_agencies_may_use_the_same_slug_for_a_tenant(
    nouns: Nouns, database: Database, tenancies: Tenancies
) -> None:
    with database.work(ADMIN) as work:
        nouns.tenants.add(work, tenant_of(tenancies.dental.agency_id))
        nouns.tenants.add(work, tenant_of(tenancies.stranger.agency_id))
        with pytest.raises(TenantSlugTaken):
            nouns.tenants.add(work, tenant_of(tenancies.dental.agency_id))


def test_a_tenant_is_not_told_of_its_sibling(
    nouns: Nouns, database: Database, tenancies: Tenancies
) -> None:
    with database.work(tenancies.dental.scope) as work, pytest.raises(TenantNotFound):
        nouns.tenants.get(work, tenancies.plumbing.tenant_id)


def test_an_address_belongs_to_one_user_however_it_is_written(
    nouns: Nouns, database: Database, tenancies: Tenancies
) -> None:
    new = NewUser(
        agency_id=tenancies.dental.agency_id,
        tenant_id=None,
        email=" Noah@Example.com",
        role=UserRole.AGENCY_ADMIN,
    )
    with database.work(ADMIN) as work:
        user_id = nouns.users.add(work, new)
        assert nouns.users.find(work, "NOAH@example.com") == user_id
        with pytest.raises(EmailTaken):
            nouns.users.add(work, new)
        with pytest.raises(InvalidEmail):
            nouns.users.find(work, "noah@nowhere")
        with pytest.raises(UserNotFound):
            nouns.users.get(work, new_id())


def test_a_role_fits_whom_the_user_belongs_to(
    nouns: Nouns, database: Database, tenancies: Tenancies
) -> None:
    wrong = NewUser(
        agency_id=tenancies.dental.agency_id,
        tenant_id=tenancies.dental.tenant_id,
        email="a@example.com",
        role=UserRole.PLATFORM_ADMIN,
    )
    with pytest.raises(psycopg.errors.CheckViolation), database.work(ADMIN) as work:
        nouns.users.add(work, wrong)
