"""Granting: nobody gives what they do not hold, no place more than its own most."""

import pytest

from aiconnected.auth.granting import (
    AboveOneself,
    BeyondOwn,
    BeyondPlace,
    check_grant,
    check_role,
)
from aiconnected.auth.models import Place, Principal
from aiconnected.auth.permissions import Permission, effective
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole

pytestmark = pytest.mark.unit

AGENCY = Place(agency_id=new_id(), tenant_id=None)
CLIENT = Place(agency_id=AGENCY.agency_id, tenant_id=new_id())
R = UserRole
MAY_GIVE = {
    R.PLATFORM_ADMIN: set(UserRole),
    R.AGENCY_ADMIN: {R.AGENCY_ADMIN, R.AGENCY_USER, R.TENANT_ADMIN, R.TENANT_USER},
    R.TENANT_ADMIN: {R.TENANT_ADMIN, R.TENANT_USER},
}


def somebody(role: UserRole, *granted: Permission) -> Principal:
    return Principal(
        id=new_id(),
        role=role,
        agency_id=None if role is R.PLATFORM_ADMIN else AGENCY.agency_id,
        tenant_id=CLIENT.tenant_id if role in {R.TENANT_ADMIN, R.TENANT_USER} else None,
        permissions=effective(role, granted),
    )


@pytest.mark.parametrize("role", MAY_GIVE)
@pytest.mark.parametrize("given", UserRole)
def test_an_administrator_gives_roles_up_to_their_own(role: UserRole, given: UserRole) -> None:
    if given in MAY_GIVE[role]:
        check_role(somebody(role), given)
    else:
        with pytest.raises(AboveOneself):
            check_role(somebody(role), given)


@pytest.mark.parametrize("given", [R.AGENCY_ADMIN, R.TENANT_ADMIN, R.PLATFORM_ADMIN])
def test_a_custom_role_does_not_let_somebody_raise_another_above_themselves(
    given: UserRole,
) -> None:
    with pytest.raises(AboveOneself):
        check_role(somebody(R.AGENCY_USER, Permission.USERS_CREATE), given)


def test_nobody_gives_what_they_do_not_hold() -> None:
    with pytest.raises(BeyondOwn) as caught:
        check_grant(
            somebody(R.AGENCY_USER, Permission.ROLES_MANAGE),
            [Permission.CALLS_VIEW, Permission.CALLS_DELETE],
            at=AGENCY,
        )

    assert "calls.delete" in caught.value.details[0].message
    assert caught.value.status == 403


def test_a_place_gives_no_more_than_its_most() -> None:
    with pytest.raises(BeyondPlace) as caught:
        check_grant(somebody(R.PLATFORM_ADMIN), [Permission.BILLING_VIEW], at=CLIENT)

    assert caught.value.status == 422
    check_grant(somebody(R.PLATFORM_ADMIN), [Permission.BILLING_VIEW], at=AGENCY)
