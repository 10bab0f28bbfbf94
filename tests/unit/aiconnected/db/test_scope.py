"""Scopes say whose they are."""

from collections.abc import Callable

import pytest

from aiconnected.db import Scope
from aiconnected.kit.ids import new_id

pytestmark = pytest.mark.unit


def test_a_scope_is_an_agencys_a_tenants_or_the_platforms() -> None:
    agency, tenant, actor = new_id(), new_id(), new_id()

    assert not Scope(agency_id=agency).is_platform
    assert not Scope(agency_id=agency, tenant_id=tenant, actor=actor).is_platform
    assert Scope.platform("relay", actor=actor).is_platform


@pytest.mark.parametrize(
    "make",
    [
        Scope,
        lambda: Scope(agency_id=new_id(), reason="relay"),
        lambda: Scope(tenant_id=new_id(), reason="relay"),
    ],
    ids=["nobody's", "an agency's and the platform's", "a tenant's and the platform's"],
)
def test_any_other_scope_is_refused(make: Callable[[], Scope]) -> None:
    with pytest.raises(ValueError, match="scope"):
        make()
