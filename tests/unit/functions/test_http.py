"""The HTTP surface without any engine: envelopes, refusals, and what a bug looks like outside."""

import json

import pytest
from aws_lambda_powertools.event_handler import Request

from chalicelib import routes
from chalicelib.http import METHODS, Api
from chalicelib.observability import logger
from chalicelib.routing import Access, Routes, exchange_of
from chalicelib.schemas.envelopes import Answer
from chalicelib.services import Services
from tests.fixtures.web_api import NO_SETTINGS, ControlPlane, services_for_tests
from tests.integration.functions import odd_routes
from tests.integration.functions.odd_routes import PERSONAL

pytestmark = pytest.mark.unit

GROUPS = (*routes.GROUPS, odd_routes.routes)
HEALTH, ME = "/api/v1/health", "/api/v1/auth/me"


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane(services=services_for_tests(NO_SETTINGS), groups=GROUPS)


@pytest.mark.parametrize("path", [HEALTH, "/health"])
def test_the_api_is_alive_without_any_service(plane: ControlPlane, path: str) -> None:
    answer = plane.get(path)

    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert answer.headers["X-Request-Id"] == "request"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-RateLimit-Limit" not in answer.headers


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


def test_an_app_that_takes_a_route_in_while_another_answers_it_serves_its_own_request() -> None:
    shared, asked = Routes("shared"), list[Services]()

    @shared.get("/shared", access=Access.PUBLIC, summary="Asks the other app, the first time")
    def ask(request: Request) -> Answer[str]:
        asked.append(exchange_of(request).services)
        if len(asked) == 1:
            assert second.get("/shared").status == 200
        return Answer(data="")

    first, second = (
        ControlPlane(services=services_for_tests(NO_SETTINGS), groups=(shared,)) for _ in range(2)
    )

    assert first.get("/shared").status == 200
    assert asked == [first.services, second.services]


def test_every_resource_is_one_of_the_apps(plane: ControlPlane) -> None:
    api = Api(plane.groups, plane.services)

    mounted = {(method, path) for path, methods in plane.app.routes.items() for method in methods}
    assert mounted == {(method, path) for path in api.resources for method in METHODS}
    assert set(api.access) <= mounted
    assert ("POST", "/api/twilio/incoming") in mounted


def test_the_docs_need_nothing_from_elsewhere(plane: ControlPlane) -> None:
    page = plane.get("/docs")

    assert page.headers["Content-Type"].startswith("text/html")
    assert "SwaggerUIBundle" in page.text
    assert "/api/v1/webhooks/twilio/voice" in page.text
    assert not {"<script src", "<link"} & {page.text[i : i + 11] for i in range(len(page.text))}
    assert len(page.text) < 6 * 1024 * 1024
