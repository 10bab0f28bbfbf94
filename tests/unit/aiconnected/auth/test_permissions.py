"""The permission matrix against PRD 15.2, row by row."""

import pytest

from aiconnected.auth.permissions import PERMISSIONS, Permission, Reach, reach_of
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
ROWS = [line.split() for line in PRD_15_2.strip().splitlines()]
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


def test_only_rows_that_the_matrix_lacks_are_added() -> None:
    assert {p.value for p in Permission} - {name for name, *_ in ROWS} == {"calls.control"}


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(UserRole)
    assert set(PERMISSIONS[UserRole.PLATFORM_ADMIN]) == set(Permission)
