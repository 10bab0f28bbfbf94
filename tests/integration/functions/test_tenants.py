"""Tenants over HTTP: made within the quota, described, suspended, deleted and restored."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.models import OpeningHours
from aiconnected.db import Database, Scope
from aiconnected.kit.ids import new_id
from aiconnected.tenants.errors import TenantQuotaReached
from aiconnected.tenants.models import NewTenant
from aiconnected.users.models import UserRole
from chalicelib.jobs.purge import purge_tenants
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

TENANTS = "/api/v1/tenants"
GIVEN = {"name": "The Bakery", "slug": "bakery", "timezone": "Europe/London"}


@pytest.fixture
def agency_admin(control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    """The app, asked by the administrator of the dental practice's agency."""
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)


@pytest.fixture
def platform(control_plane: ControlPlane) -> ControlPlane:
    """The app, asked by the platform."""
    return control_plane.as_role(UserRole.PLATFORM_ADMIN)


def one(tenant_id: object, rest: str = "") -> str:
    return f"{TENANTS}/{tenant_id}{rest}"


def test_a_tenant_is_made_shown_changed_and_listed(agency_admin: ControlPlane) -> None:
    made = agency_admin.request(
        "POST", TENANTS, json_body=GIVEN | {"contact_phone": "(212) 555-0143"}
    )

    assert made.status == 201
    assert made.data["contact_phone"] == "+12125550143"
    assert (made.data["status"], made.data["max_concurrent_calls"]) == ("active", 5)
    changed = agency_admin.request(
        "PATCH",
        one(made.data["id"]),
        json_body={"contact_phone": None, "business_type": "bakery"},
        headers={"If-Match": made.headers["ETag"]},
    )
    assert changed.data["contact_phone"] is None
    assert changed.data["name"] == "The Bakery"
    assert changed.headers["ETag"] != made.headers["ETag"]
    found = agency_admin.get(TENANTS, business_type="bakery", sort="name").data
    assert [tenant["slug"] for tenant in found] == ["bakery"]
    assert [t["slug"] for t in agency_admin.get(TENANTS, q="baker").data] == ["bakery"]
    assert len(agency_admin.get(TENANTS, sort="-status").data) == 3


def test_a_stale_change_is_refused(agency_admin: ControlPlane, tenancies: Tenancies) -> None:
    path = one(tenancies.dental.tenant_id)
    etag = agency_admin.get(path).headers["ETag"]

    agency_admin.request("PATCH", path, json_body={"name": "Smile"}, headers={"If-Match": etag})
    late = agency_admin.request(
        "PATCH", path, json_body={"name": "Grin"}, headers={"If-Match": etag}
    )

    assert late.error == (412, "RES_PRECONDITION_FAILED")
    assert agency_admin.get(path).data["name"] == "Smile"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"timezone": "Mars/Olympus"}, "VAL_INVALID_FORMAT"),
        ({"timezone": "../../etc/passwd"}, "VAL_INVALID_FORMAT"),
        ({"timezone": "America"}, "VAL_INVALID_FORMAT"),
        ({"timezone": "right/UTC"}, "VAL_INVALID_FORMAT"),
        ({"timezone": "america/new_york"}, "VAL_INVALID_FORMAT"),
        ({"slug": "The Bakery"}, "VAL_INVALID_FORMAT"),
        ({"name": "Nul\0"}, "VAL_INVALID_FORMAT"),
        ({"name": ""}, "VAL_TOO_SHORT"),
        ({"name": None}, "VAL_INVALID_TYPE"),
        ({"contact_email": "nobody"}, "VAL_INVALID_EMAIL"),
        ({"transfer_number": "12345"}, "VAL_INVALID_PHONE"),
        ({"transfer_number": "+4912"}, "VAL_INVALID_PHONE"),
        ({"max_concurrent_calls": 10**30}, "VAL_OUT_OF_RANGE"),
        ({"max_monthly_minutes": 0}, "VAL_OUT_OF_RANGE"),
        ({"status": "suspended"}, "VAL_UNKNOWN_FIELD"),
    ],
)
def test_what_is_wrong_is_named(
    agency_admin: ControlPlane, change: dict[str, object], code: str
) -> None:
    refused = agency_admin.request("POST", TENANTS, json_body=GIVEN | change)

    assert refused.error == (400, code)
    assert refused.json["error"]["details"][0]["field"] == next(iter(change))


def test_a_slug_is_one_tenants_within_its_agency(
    agency_admin: ControlPlane, platform: ControlPlane, tenancies: Tenancies
) -> None:
    other = {"slug": "dental", "agency_id": str(tenancies.stranger.agency_id)}

    assert platform.request("POST", TENANTS, json_body=GIVEN | other).status == 201
    taken = agency_admin.request("POST", TENANTS, json_body=GIVEN | {"slug": "dental"})
    assert taken.error == (409, "RES_ALREADY_EXISTS")
    moved = agency_admin.request(
        "PATCH", one(tenancies.plumbing.tenant_id), json_body={"slug": "dental"}
    )
    assert moved.error == (409, "RES_ALREADY_EXISTS")


def test_the_platform_says_whose_it_is_and_an_agency_makes_its_own_only(
    agency_admin: ControlPlane, platform: ControlPlane, tenancies: Tenancies
) -> None:
    assert platform.request("POST", TENANTS, json_body=GIVEN).error == (400, "VAL_REQUIRED")
    foreign = GIVEN | {"agency_id": str(tenancies.stranger.agency_id)}
    assert agency_admin.request("POST", TENANTS, json_body=foreign).error == (
        404,
        "RES_NOT_FOUND",
    )


def test_an_agency_gives_no_more_than_it_has_and_the_platform_what_it_likes(
    agency_admin: ControlPlane, platform: ControlPlane, tenancies: Tenancies
) -> None:
    quotas = one(tenancies.dental.tenant_id, "/quotas")
    much = {"max_concurrent_calls": 11, "max_monthly_minutes": None}

    refused = agency_admin.request("PUT", quotas, json_body=much)
    assert refused.error == (422, "BIZ_QUOTA_EXCEEDED")
    little = {"max_concurrent_calls": 10, "max_monthly_minutes": 500}
    assert agency_admin.request("PUT", quotas, json_body=little).data == little
    assert platform.request("PUT", quotas, json_body=much).data == much
    assert agency_admin.get(quotas).data == much
    too_many = GIVEN | {"max_concurrent_calls": 11}
    assert agency_admin.request("POST", TENANTS, json_body=too_many).status == 422


def test_fifty_racers_fill_the_quota_and_no_more(
    nouns: Nouns, database: Database, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    agency_id = tenancies.dental.agency_id  # ten at most, and it has two

    def race(number: int) -> bool:
        new = NewTenant(
            agency_id=agency_id,
            name=f"Client {number}",
            slug=f"client-{number}",
            timezone="UTC",
            max_concurrent_calls=1,
        )
        try:
            with database.work(Scope(agency_id=agency_id)) as work:
                nouns.tenants.add(work, new)
        except TenantQuotaReached:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        made = sum(pool.map(race, range(50)))

    assert made == 8
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM tenants WHERE agency_id = %s", [agency_id]
        ).fetchone()
    assert row == (10,)


def test_a_tenants_people_describe_it_and_leave_the_rest(
    dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    path = one(tenancies.dental.tenant_id)

    described = dental_admin.request("PATCH", path, json_body={"contact_name": "Dana"})
    assert described.data["contact_name"] == "Dana"
    for change in ({"slug": "x"}, {"max_concurrent_calls": 9}, {"max_monthly_minutes": 9}):
        refused = dental_admin.request("PATCH", path, json_body=change)
        assert refused.error == (403, "AUTHZ_ROLE_REQUIRED")
        assert refused.json["error"]["details"][0]["field"] == next(iter(change))
    for method, rest in (("DELETE", ""), ("POST", "/suspend"), ("POST", "/restore")):
        refused = dental_admin.request(method, path + rest)
        assert refused.error == (403, "AUTHZ_PERMISSION_DENIED")


def test_siblings_are_told_apart_from_strangers(
    dental_admin: ControlPlane, agency_admin: ControlPlane, tenancies: Tenancies
) -> None:
    for rest in ("", "/settings", "/quotas", "/business-hours", "/holidays", "/branding"):
        sibling = dental_admin.get(one(tenancies.plumbing.tenant_id, rest))
        assert sibling.error == (403, "AUTHZ_TENANT_MISMATCH")
        stranger = dental_admin.get(one(tenancies.stranger.tenant_id, rest))
        assert stranger.error == (404, "RES_NOT_FOUND")
        foreign = agency_admin.get(one(tenancies.stranger.tenant_id, rest))
        assert foreign.error == (404, "RES_NOT_FOUND")
    assert dental_admin.get(one(new_id())).error == (404, "RES_NOT_FOUND")
    assert len(dental_admin.get(TENANTS).data) == 1


def test_a_suspension_is_told_and_taken_back(
    agency_admin: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    tenant_id = tenancies.dental.tenant_id

    assert agency_admin.request("POST", one(tenant_id, "/suspend")).data["status"] == "suspended"
    assert agency_admin.request("POST", one(tenant_id, "/suspend")).data["status"] == "suspended"
    assert agency_admin.request("POST", one(tenant_id, "/reactivate")).data["status"] == "active"
    assert audited(database_urls, tenant_id) == ["tenant.status_changed"] * 2


def test_a_tenant_with_numbers_is_not_deleted(
    agency_admin: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    tenant_id = tenancies.dental.tenant_id
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO phone_numbers (id, agency_id, tenant_id, number, carrier) "
            "VALUES (%s, %s, %s, '+12125550199', 'twilio')",
            [new_id(), tenancies.dental.agency_id, tenant_id],
        )

    refused = agency_admin.request("DELETE", one(tenant_id))
    assert refused.error == (422, "BIZ_DEPENDENCY_EXISTS")


def test_a_deletion_can_be_taken_back_within_its_grace_period(
    agency_admin: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    tenant_id = tenancies.plumbing.tenant_id
    not_yet = agency_admin.request("POST", one(tenant_id, "/restore"))
    assert not_yet.error == (422, "BIZ_INVALID_STATE")

    assert agency_admin.request("DELETE", one(tenant_id)).status == 204

    assert agency_admin.get(one(tenant_id)).error == (404, "RES_NOT_FOUND")
    changed = agency_admin.request("PATCH", one(tenant_id), json_body={"name": "x"})
    assert changed.error == (410, "RES_DELETED")
    assert len(agency_admin.get(TENANTS).data) == 1
    deleted = agency_admin.get(TENANTS, is_deleted="true").data
    assert [tenant["id"] for tenant in deleted] == [str(tenant_id)]
    assert deleted[0]["purge_after"] is not None
    restored = agency_admin.request("POST", one(tenant_id, "/restore"))
    assert (restored.status, restored.data["is_deleted"]) == (200, False)
    assert audited(database_urls, tenant_id) == ["tenant.deleted", "tenant.restored"]


def test_the_people_of_a_deleted_tenant_are_signed_out(
    agency_admin: ControlPlane, dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    path = one(tenancies.dental.tenant_id)
    assert dental_admin.get(path).status == 200

    agency_admin.request("DELETE", path)
    assert dental_admin.get(path).error == (401, "AUTH_REFRESH_REQUIRED")

    agency_admin.request("POST", f"{path}/restore")
    assert dental_admin.get(path).data["status"] == "active"


def test_nothing_is_restored_over_the_quota_or_into_a_taken_slug(
    agency_admin: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    tenant_id = tenancies.plumbing.tenant_id
    agency_admin.request("DELETE", one(tenant_id))
    agency_admin.request("POST", TENANTS, json_body=GIVEN | {"slug": "plumbing"})

    taken = agency_admin.request("POST", one(tenant_id, "/restore"))
    assert taken.error == (409, "RES_ALREADY_EXISTS")
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE agencies SET max_tenants = 2")
    full = agency_admin.request("POST", one(tenant_id, "/restore"))
    assert full.error == (422, "BIZ_QUOTA_EXCEEDED")


def test_the_job_leaves_alone_whose_grace_period_is_not_over(
    agency_admin: ControlPlane, tenancies: Tenancies
) -> None:
    path = one(tenancies.plumbing.tenant_id)
    agency_admin.request("DELETE", path)

    purge_tenants(agency_admin.services)

    assert agency_admin.request("POST", f"{path}/restore").status == 200


def test_a_tenant_sees_its_agencys_brand(
    dental_admin: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE agencies SET custom_domain = 'voice.northstar.example', "
            """branding = '{"display_name": "Northstar Voice", "primary_color": "#112233"}' """
            "WHERE id = %s",
            [tenancies.dental.agency_id],
        )

    brand = dental_admin.get(one(tenancies.dental.tenant_id, "/branding")).data

    assert brand["agency_name"] == "Northstar Voice"
    assert brand["custom_domain"] is None  # not verified
    assert brand["branding"]["primary_color"] == "#112233"


def test_settings_are_replaced_whole_and_null_is_the_default(
    dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    path = one(tenancies.dental.tenant_id, "/settings")
    given = {
        "recording": {"consent": "ask"},
        "retention": {"recordings_days": 90},
        "transfer": {"number": "(212) 555-0144", "ring_seconds": 30},
        "outbound": {"earliest": "09:00", "latest": "17:30", "weekdays": [0, 1]},
        "notifications": {"emails": ["Dana@Dental.example"]},
    }

    put = dental_admin.request("PUT", path, json_body=given)

    assert put.data["transfer"] == {
        "number": "+12125550144",
        "ring_seconds": 30,
        "whisper": None,
    }
    assert put.data["notifications"]["emails"] == ["dana@dental.example"]
    assert put.data["greeting"]["interruptible"] is None
    shown = dental_admin.get(path)
    assert (shown.data, shown.headers["ETag"]) == (put.data, put.headers["ETag"])
    tenant = dental_admin.get(one(tenancies.dental.tenant_id)).data
    assert tenant["transfer_number"] == "+12125550144"
    emptied = dental_admin.request("PUT", path, json_body={})
    assert emptied.data["transfer"]["number"] is None
    assert emptied.data["retention"]["recordings_days"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"outbound": {"earliest": "22:00"}},
        {"outbound": {"earliest": "9:00"}},
        {"outbound": {"weekdays": []}},
        {"recording": {"consent": "maybe"}},
        {"retention": {"calls_days": 0}},
        {"transfer": {"number": "0"}},
        {"colour": "red"},
        {"greeting": {"words": "Hello"}},
    ],
)
def test_settings_that_make_no_sense_are_refused(
    dental_admin: ControlPlane, tenancies: Tenancies, wrong: dict[str, object]
) -> None:
    path = one(tenancies.dental.tenant_id, "/settings")

    assert dental_admin.request("PUT", path, json_body=wrong).status == 400


def test_a_week_is_replaced_whole(dental_admin: ControlPlane, tenancies: Tenancies) -> None:
    path = one(tenancies.dental.tenant_id, "/business-hours")
    monday = {"weekday": 0, "opens": "08:00:00", "closes": "12:00:00"}
    afternoon = {"weekday": 0, "opens": "13:00:00", "closes": "17:00:00"}

    put = dental_admin.request("PUT", path, json_body={"hours": [afternoon, monday]})

    assert put.data == {"timezone": "America/New_York", "hours": [monday, afternoon]}
    assert dental_admin.get(path).data == put.data
    assert dental_admin.request("PUT", path, json_body={"hours": []}).data["hours"] == []


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ([("09:00", "09:00")], "hours.0.closes"),
        ([("13:00", "17:00"), ("09:00", "13:01")], "hours.0.opens"),
        ([("09:00Z", "17:00")], "hours.0.opens"),
        ([("25:00", "26:00")], "hours.0.opens"),
    ],
)
def test_a_week_that_cannot_be_is_refused(
    dental_admin: ControlPlane, tenancies: Tenancies, hours: list[tuple[str, str]], field: str
) -> None:
    week = [{"weekday": 3, "opens": opens, "closes": closes} for opens, closes in hours]

    refused = dental_admin.request(
        "PUT", one(tenancies.dental.tenant_id, "/business-hours"), json_body={"hours": week}
    )

    assert refused.status == 400
    assert refused.json["error"]["details"][0]["field"] == field


def test_two_who_replace_the_week_at_once_leave_one_of_them(
    control_plane: ControlPlane, database: Database, tenancies: Tenancies
) -> None:
    dental, calendar = tenancies.dental, control_plane.services.calendar

    def put(number: int) -> None:
        week = [OpeningHours(weekday=number % 7, opens=time(9), closes=time(17))]
        with database.work(dental.scope) as work:
            calendar.put_week(work, dental.tenant_id, hours=week)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, [0, 0, 1, 1, 2, 2, 3, 3]))

    with database.work(dental.scope) as work:
        assert len(calendar.week(work, dental.tenant_id)) == 1


def test_holidays_are_kept_one_by_one(dental_admin: ControlPlane, tenancies: Tenancies) -> None:
    path = one(tenancies.dental.tenant_id, "/holidays")
    christmas = dental_admin.request(
        "POST", path, json_body={"day": "2026-12-25", "name": "Christmas"}
    )
    dental_admin.request("POST", path, json_body={"day": "2026-11-26", "name": "Thanksgiving"})

    again = dental_admin.request("POST", path, json_body={"day": "2026-12-25", "name": "Xmas"})
    assert again.error == (409, "RES_ALREADY_EXISTS")
    names = [day["name"] for day in dental_admin.get(path).data]
    assert names == ["Thanksgiving", "Christmas"]
    later = dental_admin.get(path, **{"day[gte]": "2026-12-01T00:00:00Z"}).data
    assert [day["name"] for day in later] == ["Christmas"]
    first = dental_admin.get(path, limit="1").json["meta"]["next_cursor"]
    assert [day["name"] for day in dental_admin.get(path, cursor=first).data] == ["Christmas"]

    day = f"{path}/{christmas.data['id']}"
    half = dental_admin.request("PATCH", day, json_body={"opens": "09:00"})
    assert half.error == (400, "VAL_OUT_OF_RANGE")
    short = dental_admin.request("PATCH", day, json_body={"opens": "09:00", "closes": "12:00"})
    assert (short.data["opens"], short.data["name"]) == ("09:00:00", "Christmas")
    assert dental_admin.get(day).data == short.data
    moved = dental_admin.request("PATCH", day, json_body={"day": "2026-11-26"})
    assert moved.error == (409, "RES_ALREADY_EXISTS")
    assert dental_admin.request("DELETE", day).status == 204
    assert dental_admin.get(day).error == (404, "RES_NOT_FOUND")


def audited(urls: DatabaseUrls, tenant_id: UUID) -> list[str]:
    with psycopg.connect(urls.owner) as connection:
        rows = connection.execute(
            "SELECT action FROM audit_log WHERE tenant_id = %s AND resource_type = 'tenant' "
            "ORDER BY id",
            [tenant_id],
        ).fetchall()
    return [action for (action,) in rows]
