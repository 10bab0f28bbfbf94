"""Callbacks and opt-outs over HTTP."""

import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Practice
from tests.fixtures.web_api import Answer, ControlPlane

pytestmark = pytest.mark.integration

CALLBACKS, OPT_OUTS = "/api/v1/callbacks", "/api/v1/opt-outs"
LATER = "2026-12-01T15:00:00Z"
CALLER = "+14155550123"


def promise(plane: ControlPlane, **changes: object) -> Answer:
    body = {"phone_number": CALLER, "scheduled_for": LATER} | changes
    return plane.request("POST", CALLBACKS, json_body=body)


def test_a_callback_is_promised_moved_and_taken_back(
    dental_admin: ControlPlane, practice: Practice
) -> None:
    made = promise(
        dental_admin, customer_name="Sarah", reason="A crown", agent_id=str(practice.agent_id)
    )
    callback = made.data
    path = f"{CALLBACKS}/{callback['id']}"

    moved = dental_admin.request(
        "PATCH",
        path,
        json_body={"scheduled_for": "2026-12-02T10:00:00-05:00", "agent_id": None},
        headers={"If-Match": made.headers["ETag"]},
    )
    stale = dental_admin.request(
        "PATCH", path, json_body={"reason": "x"}, headers={"If-Match": made.headers["ETag"]}
    )
    cancelled = dental_admin.request("DELETE", path)

    assert (made.status, callback["status"]) == (201, "pending")
    assert moved.data["scheduled_for"] == "2026-12-02T15:00:00Z"
    assert moved.data["agent_id"] is None
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert cancelled.status == 204
    assert dental_admin.get(path).data["status"] == "cancelled"
    for again in (
        dental_admin.request("DELETE", path),
        dental_admin.request("PATCH", path, json_body={"reason": "x"}),
    ):
        assert again.error == (422, "BIZ_INVALID_STATE")


def test_callbacks_are_listed_as_they_fall_due(dental_admin: ControlPlane) -> None:
    for day, name in ((3, "Carol"), (1, "Alice"), (2, "Bob")):
        promise(dental_admin, scheduled_for=f"2026-12-0{day}T15:00:00Z", customer_name=name)

    def listed(**query: str) -> list[str]:
        return [each["customer_name"] for each in dental_admin.get(CALLBACKS, **query).data]

    assert listed() == ["Alice", "Bob", "Carol"]
    assert listed(q="bo") == ["Bob"]
    assert listed(**{"scheduled_for[lt]": "2026-12-03T00:00:00Z"}) == ["Alice", "Bob"]
    assert listed(status="done") == []


def test_a_callback_names_only_what_its_client_has(dental_admin: ControlPlane) -> None:
    for field in ("call_id", "agent_id"):
        answer = promise(dental_admin, **{field: str(new_id())})

        assert answer.error == (422, "BIZ_OPERATION_FAILED")
        assert answer.json["error"]["details"][0]["field"] == field


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone_number": "nobody"}, "VAL_INVALID_PHONE"),
        ({"scheduled_for": "tomorrow"}, "VAL_INVALID_FORMAT"),
        ({"scheduled_for": "2026-12-01T15:00:00"}, "VAL_INVALID_FORMAT"),
        ({"reason": "\0"}, "VAL_INVALID_FORMAT"),
        ({"reason": "x" * 2001}, "VAL_TOO_LONG"),
        ({"customer_name": 5}, "VAL_INVALID_TYPE"),
        ({"status": "done"}, "VAL_UNKNOWN_FIELD"),
        ({"agent_id": "1"}, "VAL_INVALID_UUID"),
    ],
)
def test_a_callback_that_makes_no_sense_is_refused(
    dental_admin: ControlPlane, changes: dict[str, object], code: str
) -> None:
    answer = promise(dental_admin, **changes)

    assert answer.error == (400, code)
    assert answer.json["error"]["details"][0]["field"] == next(iter(changes))


def test_an_opt_out_is_kept_once_and_taken_back(dental_admin: ControlPlane) -> None:
    body = {"phone_number": "(415) 555-0123", "reason": "asked on the phone"}

    made = dental_admin.request("POST", OPT_OUTS, json_body=body)
    again = dental_admin.request("POST", OPT_OUTS, json_body=body)
    path = f"{OPT_OUTS}/{made.data['id']}"

    assert (made.status, made.data["phone_number"]) == (201, CALLER)
    assert again.error == (409, "RES_ALREADY_EXISTS")
    assert dental_admin.get(path).data == made.data
    assert [each["id"] for each in dental_admin.get(OPT_OUTS, phone_number=CALLER).data] == [
        made.data["id"]
    ]
    assert dental_admin.request("DELETE", path).status == 204
    assert dental_admin.get(path).error == (404, "RES_NOT_FOUND")
    assert dental_admin.request("DELETE", path).error == (404, "RES_NOT_FOUND")


def test_the_agency_names_its_client_and_nobody_sees_anothers(
    dental_admin: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    dental, plumbing, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=dental.agency_id)
    strange = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=stranger.agency_id)
    sibling = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )

    assert promise(agency).error == (400, "VAL_REQUIRED")
    assert promise(agency, tenant_id=str(stranger.tenant_id)).error == (404, "RES_NOT_FOUND")
    assert promise(sibling, tenant_id=str(dental.tenant_id)).error == (403, "AUTHZ_TENANT_MISMATCH")
    made = promise(agency, tenant_id=str(dental.tenant_id)).data
    opted = agency.request(
        "POST", OPT_OUTS, json_body={"phone_number": CALLER, "tenant_id": str(dental.tenant_id)}
    ).data
    for path in (f"{CALLBACKS}/{made['id']}", f"{OPT_OUTS}/{opted['id']}"):
        assert dental_admin.get(path).status == 200
        for other in (sibling, strange):
            assert other.get(path).error == (404, "RES_NOT_FOUND")
            assert other.request("DELETE", path).error == (404, "RES_NOT_FOUND")


def test_a_clients_user_reads_and_writes_nothing(
    control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    dental = tenancies.dental
    user = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )

    assert user.get(CALLBACKS).data == []
    assert user.get(OPT_OUTS).data == []
    denied = (403, "AUTHZ_PERMISSION_DENIED")
    assert promise(user).error == denied
    assert user.request("POST", OPT_OUTS, json_body={"phone_number": CALLER}).error == denied
