"""The HTTP surface without any engine: envelopes, refusals, and what a bug looks like outside."""

import json

import pytest
from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.users.models import UserRole
from chalicelib import routes
from chalicelib.http import Api
from chalicelib.observability import logger
from chalicelib.routing import Access, Routes, asked
from chalicelib.schemas.envelopes import Answer as Envelope
from chalicelib.schemas.envelopes import Given, Text
from tests.fixtures.web_api import NO_SETTINGS, ControlPlane, services_for_tests

pytestmark = pytest.mark.unit

HEALTH, LOGIN, ME = "/api/v1/health", "/api/v1/auth/login", "/api/v1/auth/me"
PERSONAL = "+14155550123 said something"
JSON = {"Content-Type": "application/json"}


class Thing(Given):
    """A body to send."""

    name: Text
    size: int


odd = Routes("odd")


@odd.get("/bug", access=Access.PUBLIC, summary="Fails")
def bug() -> Envelope[str]:
    raise ZeroDivisionError(PERSONAL)


@odd.get("/liar", access=Access.PUBLIC, summary="Answers what it does not promise")
def liar() -> Envelope[int]:
    return {"data": "not a number"}  # type: ignore[return-value] -- what is tested


@odd.post("/things", access=Access.SIGNED_IN, summary="Takes a thing")
def things(body: Thing, request: Request) -> Envelope[str]:
    _, principal = asked(request)
    return Envelope(data=f"{body.name} of {principal.role}")


@odd.get("/bills", access=Permission.BILLING_VIEW, summary="Needs a permission")
def bills() -> Envelope[str]:
    return Envelope(data="bills")


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane(services=services_for_tests(NO_SETTINGS), groups=(*routes.GROUPS, odd))


@pytest.fixture
def clerk(plane: ControlPlane) -> ControlPlane:
    return plane.as_role(UserRole.TENANT_USER)


@pytest.mark.parametrize("path", [HEALTH, "/health"])
def test_the_api_is_alive_without_any_service(plane: ControlPlane, path: str) -> None:
    answer = plane.get(path)

    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert answer.headers["X-Request-Id"] == "request"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "AUTH_TOKEN_MISSING"),
        ("Basic dXNlcjpwYXNz", "AUTH_TOKEN_MISSING"),
        ("Bearer ", "AUTH_TOKEN_MISSING"),
        ("Bearer nonsense", "AUTH_TOKEN_INVALID"),
        ("Bearer a.b.c", "AUTH_TOKEN_INVALID"),
    ],
)
def test_a_stranger_is_asked_to_authenticate(plane: ControlPlane, header: str, code: str) -> None:
    answer = plane.request("GET", ME, headers={"Authorization": header} if header else {})

    assert answer.error == (401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["error"]["request_id"] == "request"


def test_a_stranger_learns_nothing_of_what_a_route_expects(plane: ControlPlane) -> None:
    assert plane.request("POST", "/things", json_body={"nonsense": 1}).error[0] == 401


def test_a_permission_is_asked_for_before_the_request_is_read(clerk: ControlPlane) -> None:
    assert clerk.get("/bills").error == (403, "AUTHZ_PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        (b'{"size": 1}', "VAL_REQUIRED", ["name"]),
        (b'{"name": "a", "size": "big"}', "VAL_INVALID_TYPE", ["size"]),
        (b'{"name": "a", "size": 1, "colour": "red"}', "VAL_UNKNOWN_FIELD", ["colour"]),
        (b'{"name": "a\\u0000", "size": 1}', "VAL_INVALID_FORMAT", ["name"]),
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

    assert answer.json == {"data": "a of tenant_user", "meta": {}}


@pytest.mark.parametrize("path", ["/bug", "/liar"])
def test_a_bug_shows_nothing_of_itself_outside(plane: ControlPlane, path: str) -> None:
    answer = plane.get(path)

    assert answer.error == (500, "SRV_INTERNAL_ERROR")
    assert "said something" not in answer.text
    assert "Traceback" not in answer.text


def test_a_bug_is_logged_with_its_place_and_without_what_it_says(
    plane: ControlPlane, caplog: pytest.LogCaptureFixture
) -> None:
    plane.get("/bug")

    (record,) = [record for record in caplog.records if record.message == "unexpected error"]
    record.exc_text = None  # pytest's own rendering
    logged = json.loads(logger.handlers[0].format(record))
    assert "ZeroDivisionError" in logged["exception"]
    assert "in bug" in logged["exception"]
    assert PERSONAL not in json.dumps(logged)
    assert logged["level"] == "ERROR"


def test_the_list_of_calls_refuses_what_cannot_be_asked(clerk: ControlPlane) -> None:
    for query, code in (
        ({"limit": "0"}, "VAL_OUT_OF_RANGE"),
        ({"limit": "101"}, "VAL_OUT_OF_RANGE"),
        ({"limit": "many"}, "VAL_INVALID_TYPE"),
        ({"offset": "-1"}, "VAL_OUT_OF_RANGE"),
        ({"cursor": "nonsense"}, "VAL_INVALID_FORMAT"),
        ({"status": "lost"}, "VAL_INVALID_ENUM"),
        ({"sort": "name"}, "VAL_INVALID_ENUM"),
        ({"initiated_at[gte]": "yesterday"}, "VAL_INVALID_FORMAT"),
        ({"initiated_at[gte]": "2026-11-21T10:00:00"}, "VAL_INVALID_FORMAT"),
        ({"tenant_id": "1"}, "VAL_INVALID_UUID"),
        ({"from_number": "+1\0"}, "VAL_INVALID_FORMAT"),
    ):
        assert clerk.get("/api/v1/calls", **query).error == (400, code), query


def test_a_call_is_named_by_a_uuid(clerk: ControlPlane) -> None:
    assert clerk.get("/api/v1/calls/42").error == (400, "VAL_INVALID_UUID")


def test_every_resource_is_one_of_the_apps(plane: ControlPlane) -> None:
    api = Api(routes.GROUPS, plane.services)

    mounted = {(method, path) for path, methods in plane.app.routes.items() for method in methods}
    assert set(api.access) <= mounted
    assert ("POST", "/api/twilio/incoming") in mounted


def test_the_docs_need_nothing_from_elsewhere(plane: ControlPlane) -> None:
    page = plane.get("/docs")

    assert page.headers["Content-Type"].startswith("text/html")
    assert "SwaggerUIBundle" in page.text
    assert "/api/v1/webhooks/twilio/voice" in page.text
    assert not {"<script src", "<link"} & {page.text[i : i + 11] for i in range(len(page.text))}
    assert len(page.text) < 6 * 1024 * 1024
