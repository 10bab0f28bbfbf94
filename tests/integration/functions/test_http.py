"""The HTTP surface as people meet it: who is let in, what is refused, and how it is said."""

import pytest

from aiconnected.users.models import UserRole
from chalicelib import routes
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import ControlPlane
from tests.integration.functions import odd_routes

pytestmark = pytest.mark.integration

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def clerk(control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    """The app with odd routes, asked by somebody of the dental practice."""
    dental = tenancies.dental
    plane = ControlPlane(
        services=control_plane.services, groups=(*routes.GROUPS, odd_routes.routes)
    )
    return plane.as_role(
        UserRole.TENANT_USER, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )


def test_a_permission_is_asked_for_before_the_request_is_read(clerk: ControlPlane) -> None:
    assert clerk.get("/bills", nonsense="1").error == (403, "AUTHZ_PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        (b'{"size": 1}', "VAL_REQUIRED", ["name"]),
        (b'{"name": "a", "size": "big"}', "VAL_INVALID_TYPE", ["size"]),
        (b'{"name": "a", "size": 1, "colour": "red"}', "VAL_UNKNOWN_FIELD", ["colour"]),
        (b'{"name": "a\\u0000", "size": 1}', "VAL_INVALID_FORMAT", ["name"]),
        (b'{"name": "\\ud800", "size": 1}', "VAL_INVALID_FORMAT", ["name"]),
        (b'{"name": 1}', "VAL_INVALID_TYPE", ["name", "size"]),
        (b"{bad", "VAL_MALFORMED_JSON", ["body"]),
        (b'{"size": NaN}', "VAL_MALFORMED_JSON", ["body"]),
        (b'{"size": ' + b"1" * 5000 + b"}", "VAL_MALFORMED_JSON", ["body"]),
        (b"[" * 100_000, "VAL_MALFORMED_JSON", ["body"]),
        (b"[1]", "VAL_INVALID_TYPE", ["body"]),
        (b"", "VAL_REQUIRED", ["body"]),
    ],
)
def test_an_invalid_request_is_told_what_is_wrong_with_which_field(
    clerk: ControlPlane, body: bytes, code: str, fields: list[str]
) -> None:
    answer = clerk.request("POST", "/things", body=body, headers=JSON)

    assert answer.error == (400, code)
    assert [detail["field"] for detail in answer.json["error"]["details"]] == fields


def test_another_content_type_is_not_taken(clerk: ControlPlane) -> None:
    answer = clerk.request("POST", "/things", body=b"a,b", headers={"Content-Type": "text/csv"})

    assert answer.error == (415, "RES_UNSUPPORTED_MEDIA_TYPE")


def test_what_is_right_is_answered(clerk: ControlPlane) -> None:
    answer = clerk.request("POST", "/things", json_body={"name": "a", "size": 1})

    assert answer.status == 201
    assert answer.data.startswith("a of tenant_user, ")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_method_that_a_resource_does_not_know_is_answered_with_those_it_does(
    clerk: ControlPlane,
) -> None:
    for method in ("PUT", "DELETE", "PATCH", "HEAD"):
        answer = clerk.request(method, "/things")
        assert answer.error == (405, "RES_METHOD_NOT_ALLOWED")
        assert answer.headers["Allow"] == "GET, OPTIONS, POST"


def test_a_deprecated_route_says_so_and_until_when(clerk: ControlPlane) -> None:
    headers = clerk.get("/things").headers

    assert headers["Deprecation"] == "@1767225600"
    assert headers["Sunset"] == "Thu, 31 Dec 2026 00:00:00 GMT"
    assert headers["Link"] == '</api/v2/things>; rel="successor-version"'
    assert headers["Warning"].startswith('299 - "Deprecated')
    assert "Deprecation" not in clerk.get("/bills").headers


def test_a_call_is_named_by_a_uuid(clerk: ControlPlane) -> None:
    assert clerk.get("/api/v1/calls/42").error == (400, "VAL_INVALID_UUID")
