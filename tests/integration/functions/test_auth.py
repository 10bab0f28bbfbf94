"""Signing in over HTTP, staying and ceasing to be, and what a token opens."""

import psycopg
import pytest

from aiconnected.db import Scope
from aiconnected.tenants.models import TenantStatus
from aiconnected.users.models import NewUser
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import PASSWORD, Answer, ControlPlane

pytestmark = pytest.mark.integration
LOGIN, REFRESH, LOGOUT = (f"/api/v1/auth/{end}" for end in ("login", "refresh", "logout"))
ME, SESSIONS = "/api/v1/auth/me", "/api/v1/auth/sessions"
CHANGE = "/api/v1/auth/password/change"
BETTER = "another horse, another staple"


def sign_in(plane: ControlPlane, user: NewUser, password: str = PASSWORD) -> Answer:
    return plane.request("POST", LOGIN, json_body={"email": user.email, "password": password})


def signed_in(plane: ControlPlane, user: NewUser) -> tuple[ControlPlane, str]:
    """Somebody who asks, and their refresh token."""
    session = sign_in(plane, user).data
    asked = ControlPlane(services=plane.services)
    asked.token = session["access_token"]
    return asked, session["refresh_token"]


def test_a_user_signs_in_and_asks_who_they_are(control_plane: ControlPlane, user: NewUser) -> None:
    session = control_plane.request(
        "POST", LOGIN, json_body={"email": "Dana@Dental.example", "password": PASSWORD}
    ).data
    control_plane.token = session["access_token"]
    me = control_plane.get(ME).data

    assert session["token_type"] == "Bearer"
    assert session["user"]["email"] == me["email"] == user.email
    assert me["role"] == "tenant_admin"
    assert "calls.control" in me["permissions"]
    assert "billing.view" not in me["permissions"]


def test_a_wrong_password_and_an_unknown_address_look_alike(
    control_plane: ControlPlane, user: NewUser
) -> None:
    answers = [
        control_plane.request("POST", LOGIN, json_body={"email": email, "password": "wrong"})
        for email in (user.email, "nobody@dental.example", "not an address")
    ]

    assert {answer.error for answer in answers} == {(401, "AUTH_INVALID_CREDENTIALS")}
    assert len({answer.json["error"]["message"] for answer in answers}) == 1


def test_the_fifth_wrong_password_locks_and_only_the_right_one_is_told(
    control_plane: ControlPlane, user: NewUser
) -> None:
    for _ in range(5):
        assert sign_in(control_plane, user, "wrong").error == (401, "AUTH_INVALID_CREDENTIALS")

    assert sign_in(control_plane, user, "wrong").error == (401, "AUTH_INVALID_CREDENTIALS")
    assert sign_in(control_plane, user).error == (403, "AUTH_ACCOUNT_LOCKED")


def test_a_suspended_client_cannot_sign_in_and_is_told_with_the_right_password(
    control_plane: ControlPlane, user: NewUser
) -> None:
    services = control_plane.services
    assert user.tenant_id is not None
    with services.database.work(Scope.platform("test")) as work:
        services.tenants.set_status(work, user.tenant_id, status=TenantStatus.SUSPENDED)

    assert sign_in(control_plane, user).error == (403, "AUTH_ACCOUNT_SUSPENDED")
    assert sign_in(control_plane, user, "wrong").error == (401, "AUTH_INVALID_CREDENTIALS")


def test_the_token_of_an_account_that_is_gone_must_be_renewed(
    control_plane: ControlPlane, user: NewUser
) -> None:
    asked, refresh_token = signed_in(control_plane, user)
    services = control_plane.services
    with services.database.work(Scope.platform("test")) as work:
        user_id = services.users.find(work, user.email)
    assert user_id is not None
    assert asked.request("DELETE", f"/api/v1/users/{user_id}").status == 204

    assert asked.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")
    again = control_plane.request("POST", REFRESH, json_body={"refresh_token": refresh_token})
    assert again.error == (401, "AUTH_TOKEN_INVALID")


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_sign_in(
    control_plane: ControlPlane, user: NewUser
) -> None:
    asked, first = signed_in(control_plane, user)
    second = control_plane.request("POST", REFRESH, json_body={"refresh_token": first}).data
    assert asked.get(ME).status == 200

    stolen = control_plane.request("POST", REFRESH, json_body={"refresh_token": first})
    honest = control_plane.request(
        "POST", REFRESH, json_body={"refresh_token": second["refresh_token"]}
    )

    assert stolen.error == honest.error == (401, "AUTH_TOKEN_INVALID")
    assert asked.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")


def test_signing_out_ends_the_access_token_too_but_no_other_sign_in(
    control_plane: ControlPlane, user: NewUser
) -> None:
    here, here_refresh = signed_in(control_plane, user)
    _, there_refresh = signed_in(control_plane, user)

    answer = control_plane.request("POST", LOGOUT, json_body={"refresh_token": here_refresh})

    assert answer.status == 204
    assert here.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")
    assert (
        control_plane.request("POST", REFRESH, json_body={"refresh_token": here_refresh}).error[0]
        == 401
    )
    there = control_plane.request("POST", REFRESH, json_body={"refresh_token": there_refresh})
    assert there.status == 200
    unknown = {"refresh_token": "x" * 43}
    assert control_plane.request("POST", LOGOUT, json_body=unknown).status == 204


def test_sign_ins_are_listed_and_ended_one_by_one_or_all(
    control_plane: ControlPlane, user: NewUser
) -> None:
    first, _ = signed_in(control_plane, user)
    _, second_refresh = signed_in(control_plane, user)
    listed = first.get(SESSIONS)
    assert [set(each) for each in listed.data] == [
        {"id", "signed_in_at", "refreshed_at", "expires_at", "ip", "user_agent"}
    ] * 2
    latest = listed.data[0]["id"]

    assert first.request("DELETE", f"{SESSIONS}/{latest}").status == 204
    gone = control_plane.request("POST", REFRESH, json_body={"refresh_token": second_refresh})
    assert gone.error == (401, "AUTH_TOKEN_INVALID")
    third, third_refresh = signed_in(control_plane, user)
    assert third.request("DELETE", f"{SESSIONS}/{latest}").error == (404, "RES_NOT_FOUND")
    assert third.request("DELETE", SESSIONS).status == 204

    assert third.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")
    gone = control_plane.request("POST", REFRESH, json_body={"refresh_token": third_refresh})
    assert gone.error == (401, "AUTH_TOKEN_INVALID")


def test_nobody_ends_anothers_sign_in(
    control_plane: ControlPlane, user: NewUser, dental_admin: ControlPlane
) -> None:
    asked, _ = signed_in(control_plane, user)
    session_id = asked.get(SESSIONS).data[0]["id"]

    answer = dental_admin.request("DELETE", f"{SESSIONS}/{session_id}")

    assert answer.error == (404, "RES_NOT_FOUND")
    assert len(asked.get(SESSIONS).data) == 1


def test_a_changed_password_signs_out_everybody_else(
    control_plane: ControlPlane, user: NewUser
) -> None:
    here, here_refresh = signed_in(control_plane, user)
    elsewhere, _ = signed_in(control_plane, user)

    changed = here.request(
        "POST", CHANGE, json_body={"current_password": PASSWORD, "password": BETTER}
    )

    fresh = ControlPlane(services=control_plane.services)
    fresh.token = changed.data["access_token"]
    assert fresh.get(ME).status == 200
    assert elsewhere.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")
    gone = control_plane.request("POST", REFRESH, json_body={"refresh_token": here_refresh})
    assert gone.error == (401, "AUTH_TOKEN_INVALID")
    assert sign_in(control_plane, user).error == (401, "AUTH_INVALID_CREDENTIALS")
    assert sign_in(control_plane, user, BETTER).status == 200


@pytest.mark.parametrize(
    ("current", "password", "error"),
    [
        ("wrong", BETTER, (401, "AUTH_INVALID_CREDENTIALS")),
        (PASSWORD, "short", (400, "VAL_TOO_SHORT")),
        (PASSWORD, "passwordpassword", (400, "VAL_INVALID_FORMAT")),
        (PASSWORD, "dana@dental.example", (400, "VAL_INVALID_FORMAT")),
        (PASSWORD, "with a \x00 in the middle", (400, "VAL_INVALID_FORMAT")),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_to_a_weak_one(
    control_plane: ControlPlane,
    user: NewUser,
    current: str,
    password: str,
    error: tuple[int, str],
) -> None:
    asked, _ = signed_in(control_plane, user)

    answer = asked.request(
        "POST", CHANGE, json_body={"current_password": current, "password": password}
    )

    assert answer.error == error
    assert asked.get(ME).status == 200


def test_guessing_the_present_password_locks_the_account(
    control_plane: ControlPlane, user: NewUser
) -> None:
    asked, _ = signed_in(control_plane, user)
    guess = {"current_password": "wrong", "password": BETTER}
    for _ in range(5):
        asked.request("POST", CHANGE, json_body=guess)

    right = asked.request("POST", CHANGE, json_body=guess | {"current_password": PASSWORD})

    assert right.error == (403, "AUTH_ACCOUNT_LOCKED")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"email": "dana@dental.example"},
        {"email": 1, "password": "x"},
        {"email": "a\x00b@dental.example", "password": "x"},
        {"email": "\ud800@dental.example", "password": "x"},
        {"email": "dana@dental.example", "password": "x" * 257},
        {"email": "dana@dental.example", "password": "x", "more": 1},
    ],
)
def test_a_malformed_sign_in_is_refused(control_plane: ControlPlane, body: object) -> None:
    answer = control_plane.request(
        "POST", LOGIN, json_body=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status == 400
    assert answer.error[1].startswith("VAL_")


@pytest.mark.parametrize("token", ["", "x" * 19, "x" * 201, "\ud800" * 20, "x" * 43])
def test_a_made_up_refresh_token_opens_nothing(control_plane: ControlPlane, token: str) -> None:
    answer = control_plane.request("POST", REFRESH, json_body={"refresh_token": token})

    assert answer.status in {400, 401}


@pytest.mark.parametrize(
    "change",
    ["UPDATE tenants SET deleted_at = now()", "UPDATE agencies SET deleted_at = now()"],
)
def test_people_of_a_place_that_is_gone_are_out(
    control_plane: ControlPlane, user: NewUser, database_urls: DatabaseUrls, change: str
) -> None:
    asked, refresh_token = signed_in(control_plane, user)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(change.encode())

    assert asked.get(ME).error == (401, "AUTH_REFRESH_REQUIRED")
    again = control_plane.request("POST", REFRESH, json_body={"refresh_token": refresh_token})
    assert again.error == (401, "AUTH_TOKEN_INVALID")
    assert sign_in(control_plane, user).error == (403, "AUTH_ACCOUNT_SUSPENDED")


def test_sign_ins_that_are_long_over_are_forgotten(
    control_plane: ControlPlane, user: NewUser, database_urls: DatabaseUrls
) -> None:
    signed_in(control_plane, user)
    signed_in(control_plane, user)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE refresh_tokens SET expires_at = now() - interval '31 days' WHERE id ="
            " (SELECT id FROM refresh_tokens LIMIT 1)"
        )

    swept = [control_plane.services.refresh_token_sweep.run() for _ in range(2)]

    assert swept == [1, 0]
