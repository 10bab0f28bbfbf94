"""Plans and prices over HTTP: the platform's to write, everybody's to read as far as theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

PLANS, RATES = "/api/v1/plans", "/api/v1/rates"
PLAN = {"code": "pro", "name": "Pro", "monthly_fee_micros": 99_000_000, "included_minutes": 500}
RATE: dict[str, Any] = {
    "kind": "price",
    "component": "telephony",
    "unit": "second",
    "micros": 5_000,
    "per": 60,
    "valid_from": "2027-01-01T00:00:00Z",
}


@pytest.fixture
def platform(control_plane: ControlPlane) -> ControlPlane:
    return control_plane.as_role(UserRole.PLATFORM_ADMIN)


@pytest.fixture
def agency(control_plane: ControlPlane, tenancy: Tenancy) -> ControlPlane:
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancy.agency_id)


def test_a_plan_is_made_shown_changed_and_deleted(
    platform: ControlPlane, agency: ControlPlane
) -> None:
    made = platform.request("POST", PLANS, json_body=PLAN)
    assert made.status == 201
    one = f"{PLANS}/{made.data['id']}"
    assert agency.get(one).data["monthly_fee"] == {"micros": 99_000_000, "currency": "USD"}

    changed = platform.request(
        "PATCH", one, json_body={"features": ["advanced-analytics"], "max_tenants": 5}
    )
    assert (changed.data["features"], changed.data["max_tenants"]) == (["advanced-analytics"], 5)
    emptied = platform.request("PATCH", one, json_body={"max_tenants": None})
    assert emptied.data["max_tenants"] is None
    stale = platform.request(
        "PATCH", one, json_body={"name": "x"}, headers={"If-Match": made.headers["ETag"]}
    )
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert platform.request("DELETE", one).status == 204
    assert agency.get(one).error == (404, "RES_NOT_FOUND")


def test_a_plans_code_is_its_own(platform: ControlPlane) -> None:
    platform.request("POST", PLANS, json_body=PLAN)
    other = platform.request("POST", PLANS, json_body=PLAN | {"code": "basic"}).data

    taken = (409, "RES_ALREADY_EXISTS")
    assert platform.request("POST", PLANS, json_body=PLAN).error == taken
    changed = platform.request("PATCH", f"{PLANS}/{other['id']}", json_body={"code": "pro"})
    assert changed.error == taken


def test_a_hidden_plan_is_the_platforms(platform: ControlPlane, agency: ControlPlane) -> None:
    hidden = platform.request("POST", PLANS, json_body=PLAN | {"is_public": False}).data

    assert agency.get(PLANS).data == []
    assert agency.get(f"{PLANS}/{hidden['id']}").status == 404
    assert [one["id"] for one in platform.get(PLANS).data] == [hidden["id"]]


@pytest.mark.parametrize(
    "change",
    [
        {"monthly_fee_micros": -1},
        {"monthly_fee_micros": 10**19},
        {"code": "Not a code"},
        {"currency": "usd"},
        {"features": ["webhooks"] * 101},
        {"features": ["teleportation"]},
        {"included_minutes": 1.5},
        {"name": ""},
        {"name": "\0"},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_a_plan_is_refused(
    platform: ControlPlane, change: dict[str, object]
) -> None:
    assert platform.request("POST", PLANS, json_body=PLAN | change).status == 400


def test_only_the_platform_sets_prices(
    platform: ControlPlane, agency: ControlPlane, dental_admin: ControlPlane
) -> None:
    plan = platform.request("POST", PLANS, json_body=PLAN).data
    for asked in (agency, dental_admin):
        for method, path, body in (
            ("POST", PLANS, PLAN),
            ("PATCH", f"{PLANS}/{plan['id']}", {"name": "x"}),
            ("DELETE", f"{PLANS}/{plan['id']}", None),
            ("POST", RATES, RATE),
            ("DELETE", f"{RATES}/{new_id()}", None),
        ):
            refused = asked.request(method, path, json_body=body)
            assert refused.error == (403, "AUTHZ_PERMISSION_DENIED")
    assert dental_admin.get(PLANS).status == 403


def test_rates_are_versions_by_their_moment(platform: ControlPlane) -> None:
    first = platform.request("POST", RATES, json_body=RATE)
    assert first.status == 201
    assert first.data["amount"] == {"micros": 5_000, "currency": "USD"}

    assert platform.request("POST", RATES, json_body=RATE).error == (409, "RES_ALREADY_EXISTS")
    later = RATE | {"valid_from": "2027-02-01T00:00:00Z", "micros": 6_000}
    assert platform.request("POST", RATES, json_body=later).status == 201
    listed = platform.get(RATES, component="telephony", sort="valid_from").data
    assert [one["amount"]["micros"] for one in listed] == [5_000, 6_000]


def test_a_rate_in_force_stays(platform: ControlPlane) -> None:
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    ruling = platform.request("POST", RATES, json_body=RATE | {"valid_from": past}).data
    coming = platform.request("POST", RATES, json_body=RATE).data

    kept = platform.request("DELETE", f"{RATES}/{ruling['id']}")
    assert kept.error == (422, "BIZ_INVALID_STATE")
    assert platform.request("DELETE", f"{RATES}/{coming['id']}").status == 204
    assert platform.get(f"{RATES}/{coming['id']}").status == 404


def test_an_agency_sees_prices_and_no_costs_nor_another_agencys(
    platform: ControlPlane, agency: ControlPlane, tenancies: Tenancies
) -> None:
    price = platform.request("POST", RATES, json_body=RATE).data
    cost = platform.request("POST", RATES, json_body=RATE | {"kind": "cost"}).data
    own = RATE | {"agency_id": str(tenancies.dental.agency_id)}
    mine = platform.request("POST", RATES, json_body=own).data
    rivals = RATE | {"agency_id": str(tenancies.stranger.agency_id)}
    theirs = platform.request("POST", RATES, json_body=rivals).data

    assert {one["id"] for one in agency.get(RATES).data} == {price["id"], mine["id"]}
    for hidden in (cost, theirs):
        assert agency.get(f"{RATES}/{hidden['id']}").error == (404, "RES_NOT_FOUND")


@pytest.mark.parametrize(
    "change",
    [
        {"per": 0},
        {"per": "1e400"},
        {"per": "0.0000001"},
        {"unit": "hour"},
        {"component": "tea"},
        {"valid_from": "2027-01-01T00:00:00"},
        {"valid_from": "9999999999999999"},
        {"agency_id": "x"},
    ],
)
def test_what_cannot_be_a_rate_is_refused(platform: ControlPlane, change: dict[str, Any]) -> None:
    answer = platform.request("POST", RATES, json_body=RATE | change)

    assert answer.status == 400, answer.text


def test_a_rate_for_an_agency_that_is_not_there_is_refused(platform: ControlPlane) -> None:
    given = RATE | {"agency_id": str(new_id())}

    assert platform.request("POST", RATES, json_body=given).error == (404, "RES_NOT_FOUND")
