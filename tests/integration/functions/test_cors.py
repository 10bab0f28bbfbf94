"""Pages of other origins: those of the settings and agencies' own domains, and no other."""

from datetime import timedelta

import psycopg
import pytest

from chalicelib.services import Services
from tests.fakes.clock import FakeClock
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane
from tests.integration.functions.odd_routes import routes

pytestmark = pytest.mark.integration

OURS, THEIRS = "https://app.example.com", "https://calls.northstar.example"
CLAIM = "UPDATE agencies SET custom_domain = %s, custom_domain_verified_at = %s WHERE id = %s"
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def plane(control_plane: ControlPlane) -> ControlPlane:
    given = control_plane.services
    services = Services(
        given.settings.model_copy(update={"cors_origins": f"{OURS}, http://localhost:5173"}),
        clock=FakeClock(),
    )
    services.database, services.keys = given.database, given.keys
    return ControlPlane(services=services, groups=(routes,))


def claim(urls: DatabaseUrls, tenancies: Tenancies, *, verified: bool) -> None:
    with psycopg.connect(urls.owner) as connection:
        domain = THEIRS.removeprefix("https://")
        at = "2026-11-01T00:00:00Z" if verified else None
        connection.execute(CLAIM, [domain, at, tenancies.dental.agency_id])


def preflight(plane: ControlPlane, origin: str) -> Answer:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"} if origin else {}
    return plane.request("OPTIONS", "/things", headers=headers)


def asked(plane: ControlPlane, origin: str) -> Answer:
    return plane.request("POST", "/guess", headers={"Origin": origin})


@pytest.mark.parametrize("origin", [OURS, "http://localhost:5173"])
def test_pages_of_the_settings_origins_may_call(plane: ControlPlane, origin: str) -> None:
    before, answer = preflight(plane, origin), asked(plane, origin)

    assert before.status == 204
    assert before.headers[ALLOW] == answer.headers[ALLOW] == origin
    assert before.headers["Access-Control-Allow-Methods"] == "GET, OPTIONS, POST"
    assert "Idempotency-Key" in before.headers["Access-Control-Allow-Headers"]
    assert "If-Match" in before.headers["Access-Control-Allow-Headers"]
    assert "X-RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Vary"] == before.headers["Vary"] == "Origin"


def test_pages_of_an_agencys_own_domain_may_call_once_it_is_verified(
    plane: ControlPlane, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    claim(database_urls, tenancies, verified=True)

    assert preflight(plane, THEIRS).headers[ALLOW] == THEIRS
    assert asked(plane, THEIRS).headers[ALLOW] == THEIRS


def test_a_claimed_domain_may_not_call(
    plane: ControlPlane, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    claim(database_urls, tenancies, verified=False)

    assert ALLOW not in preflight(plane, THEIRS).headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "*",
        "http://calls.northstar.example",
        "https://calls.northstar.example:8443",
        "https://calls.northstar.example.evil.example",
        "https://calls.northstar.example/",
        "https://CALLS.northstar.example",
        "https://app.example.com.evil.example",
        OURS + "\0",
        "",
    ],
)
def test_pages_of_any_other_origin_may_not(
    plane: ControlPlane, database_urls: DatabaseUrls, tenancies: Tenancies, origin: str
) -> None:
    claim(database_urls, tenancies, verified=True)

    for answer in (preflight(plane, origin), asked(plane, origin)):
        assert answer.status in {200, 204}
        assert ALLOW not in answer.headers
        assert "Access-Control-Allow-Methods" not in answer.headers


def test_an_error_can_be_read_by_the_page_too(plane: ControlPlane) -> None:
    for path in ("/bug", "/things"):
        answer = plane.request("GET", path, headers={"Origin": OURS})
        assert answer.status in {401, 500}
        assert answer.headers[ALLOW] == OURS


def test_nobody_may_send_credentials_of_the_browser(plane: ControlPlane) -> None:
    for answer in (preflight(plane, OURS), asked(plane, OURS)):
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "*" not in answer.headers[ALLOW]


def test_a_domain_that_is_given_up_may_not_call_a_minute_later(
    plane: ControlPlane, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    claim(database_urls, tenancies, verified=True)
    assert asked(plane, THEIRS).headers[ALLOW] == THEIRS
    claim(database_urls, tenancies, verified=False)

    assert asked(plane, THEIRS).headers[ALLOW] == THEIRS
    clock = plane.services.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(minutes=1))
    assert ALLOW not in asked(plane, THEIRS).headers


def test_every_resource_answers_a_preflight(control_plane: ControlPlane) -> None:
    for path in control_plane.app.routes:
        answer = control_plane.request("OPTIONS", path)
        assert answer.status == 204, path
        assert "OPTIONS" in answer.headers["Allow"]
