"""Signing in over HTTP, and what a token opens."""

import pytest

from aiconnected.db import Scope
from aiconnected.tenants.models import TenantStatus
from aiconnected.users.models import NewUser
from tests.fixtures.web_api import PASSWORD, ControlPlane

pytestmark = pytest.mark.integration
LOGIN = "/api/v1/auth/login"


def test_a_user_signs_in_and_asks_who_they_are(control_plane: ControlPlane, user: NewUser) -> None:
    session = control_plane.request(
        "POST", LOGIN, json_body={"email": "Dana@Dental.example", "password": PASSWORD}
    ).data
    control_plane.token = session["access_token"]
    me = control_plane.get("/api/v1/auth/me").data

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
        for email in (user.email, "nobody@dental.example")
    ]

    assert {answer.error for answer in answers} == {(401, "AUTH_INVALID_CREDENTIALS")}


def test_a_suspended_client_cannot_sign_in_and_is_told_with_the_right_password(
    control_plane: ControlPlane, user: NewUser
) -> None:
    services = control_plane.services
    assert user.tenant_id is not None
    with services.database.work(Scope.platform("test")) as work:
        services.tenants.set_status(work, user.tenant_id, status=TenantStatus.SUSPENDED)

    answer = control_plane.request(
        "POST", LOGIN, json_body={"email": user.email, "password": PASSWORD}
    )

    assert answer.error == (403, "AUTH_ACCOUNT_SUSPENDED")


def test_the_token_of_an_account_that_is_gone_must_be_renewed(dental_admin: ControlPlane) -> None:
    assert dental_admin.get("/api/v1/auth/me").error == (401, "AUTH_REFRESH_REQUIRED")
