"""The permission matrix against PRD 15.2, row by row."""

import pytest

from aiconnected.auth.permissions import (
    PERMISSIONS,
    Permission,
    Reach,
    effective,
    known,
    reach_of,
)
from aiconnected.users.models import UserRole

pytestmark = pytest.mark.unit

# Platform admin, agency admin, agency user, tenant admin, tenant user; y: yes, o: own only, -: no.
PRD_15_2 = """
agencies.view             y o - - -
agencies.create           y - - - -
agencies.edit             y o - - -
agencies.delete           y - - - -
tenants.view              y y y o o
tenants.create            y y - - -
tenants.edit              y y - o -
tenants.delete            y y - - -
phone_numbers.view        y y y y y
phone_numbers.provision   y y - - -
phone_numbers.configure   y y - y -
phone_numbers.release     y y - - -
calls.view                y y y y y
calls.listen              y y y y y
calls.export              y y - y -
calls.delete              y y - - -
knowledge.view            y y y y y
knowledge.create          y y - y -
knowledge.edit            y y - y -
knowledge.delete          y y - y -
analytics.view            y y y y y
analytics.export          y y - y -
analytics.advanced        y y - - -
users.view                y y o y o
users.create              y y - y -
users.edit                y y o y o
users.delete              y y - y -
settings.view             y y y y y
settings.edit             y y - y -
billing.view              y y - - -
billing.manage            y y - - -
"""
# What the matrix has no row for, in its spirit (requirements, T9).
T9 = """
tenants.export            y y - o -
calls.control             y y - y -
calls.create              y y - y -
calls.supervise           y y - y -
recordings.delete         y y - - -
pricing.manage            y - - - -
roles.view                y y - y -
roles.manage              y y - y -
agents.view               y y y y y
agents.edit               y y - y -
agents.publish            y y - y -
agents.delete             y y - y -
functions.view            y y y y y
functions.edit            y y - y -
functions.delete          y y - y -
webhooks.view             y y - y -
webhooks.manage           y y - y -
api_keys.view             y y - y -
api_keys.manage           y y - y -
credentials.view          y y - - -
credentials.manage        y y - - -
audit.view                y y - y -
audit.export              y y - y -
carrier_connections.view  y y - - -
carrier_connections.manage y y - - -
support_grants.view       y y - - -
support_grants.create     y - - - -
support_grants.end        y y - - -
events.view               y - - - -
events.replay             y - - - -
"""
ROWS = [line.split() for line in (PRD_15_2 + T9).split("\n") if line]
REACH = {"y": Reach.SCOPE, "o": Reach.OWN, "-": None}
ROLES = (
    UserRole.PLATFORM_ADMIN,
    UserRole.AGENCY_ADMIN,
    UserRole.AGENCY_USER,
    UserRole.TENANT_ADMIN,
    UserRole.TENANT_USER,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_of_the_matrix_is_kept_exactly(row: list[str]) -> None:
    name, *columns = row

    assert [reach_of(role, Permission(name)) for role in ROLES] == [REACH[c] for c in columns]


def test_no_permission_is_without_a_row() -> None:
    assert {p.value for p in Permission} == {name for name, *_ in ROWS}


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(UserRole)
    assert set(PERMISSIONS[UserRole.PLATFORM_ADMIN]) == set(Permission)


def test_a_custom_role_adds_permissions_and_takes_none_away() -> None:
    granted = effective(UserRole.TENANT_USER, [Permission.CALLS_CONTROL])

    assert granted == PERMISSIONS[UserRole.TENANT_USER] | {Permission.CALLS_CONTROL: Reach.SCOPE}


def test_a_custom_role_reaches_no_further_than_the_administrator_of_its_place() -> None:
    for role, beyond in (
        (UserRole.TENANT_USER, Permission.BILLING_VIEW),
        (UserRole.TENANT_ADMIN, Permission.TENANTS_CREATE),
        (UserRole.AGENCY_USER, Permission.AGENCIES_CREATE),
    ):
        assert beyond not in effective(role, [beyond])
    widened = effective(UserRole.TENANT_USER, [Permission.TENANTS_EDIT, Permission.USERS_VIEW])
    assert widened[Permission.TENANTS_EDIT] is Reach.OWN


def test_a_permission_of_a_later_version_means_nothing_to_this_one() -> None:
    assert known(["calls.view", "moons.view"]) == [Permission.CALLS_VIEW]
