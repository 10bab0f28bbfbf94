"""Rate limits over HTTP: who is counted, what they are told, and that Redis may be gone."""

from typing import Any

import pytest
import redis

from aiconnected.auth.models import Client
from aiconnected.live import keys
from aiconnected.live.connection import connect
from aiconnected.live.rates import RateLimiter
from aiconnected.users.models import UserRole
from chalicelib.services import Services
from tests.fixtures.web_api import ControlPlane
from tests.integration.functions.odd_routes import routes

pytestmark = pytest.mark.integration

LIMITS = {
    "rate_limit_user": "3/minute,100/hour",
    "rate_limit_key": "4/minute",
    "rate_limit_ip": "5/hour",
    "rate_limit_ip_strict": "2/day",
}


@pytest.fixture
def plane(control_plane: ControlPlane) -> ControlPlane:
    """The odd routes under limits."""
    given = control_plane.services
    services = Services(given.settings.model_copy(update=LIMITS))
    for name in ("database", "keys", "sealer", "clock"):
        setattr(services, name, getattr(given, name))
    return ControlPlane(services=services, groups=(routes,))


@pytest.fixture
def user(plane: ControlPlane) -> ControlPlane:
    return plane.as_role(UserRole.PLATFORM_ADMIN)


def test_an_answer_says_where_its_caller_stands(user: ControlPlane) -> None:
    first, second = user.get("/things"), user.get("/things")
    now = user.services.clock.now().timestamp()

    assert first.headers["X-RateLimit-Limit"] == "3"
    assert first.headers["X-RateLimit-Remaining"] == "2"
    assert second.headers["X-RateLimit-Remaining"] == "1"
    assert 0 < int(second.headers["X-RateLimit-Reset"]) - now <= 61


def test_a_request_too_many_is_refused_and_told_when_to_come_again(user: ControlPlane) -> None:
    for _ in range(3):
        assert user.get("/things").status == 200

    refused = user.get("/things")

    assert refused.error == (429, "RATE_LIMIT_MINUTE")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Remaining"] == "0"


def test_each_user_is_counted_for_themselves(plane: ControlPlane, user: ControlPlane) -> None:
    for _ in range(4):
        user.get("/things")

    assert plane.as_role(UserRole.PLATFORM_ADMIN).get("/things").status == 200


def test_errors_of_routes_are_counted_and_told_too(user: ControlPlane) -> None:
    missing = user.get("/things/00000000-0000-0000-0000-000000000009")

    assert missing.status == 404
    assert missing.headers["X-RateLimit-Remaining"] == "2"


def test_what_can_be_guessed_is_limited_strictly_by_address(plane: ControlPlane) -> None:
    answers = [plane.request("POST", "/guess") for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].error == (429, "RATE_LIMIT_DAY")


def test_who_guesses_tokens_is_counted_by_their_address(plane: ControlPlane) -> None:
    answers = [
        plane.request("GET", "/things", headers={"Authorization": "Bearer guess"}) for _ in range(6)
    ]

    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert answers[5].error == (429, "RATE_LIMIT_HOUR")


def test_senders_who_sign_are_not_limited(plane: ControlPlane) -> None:
    answers = [plane.request("POST", "/signed") for _ in range(8)]

    assert {answer.status for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0].headers


def test_an_api_key_is_counted_as_itself(plane: ControlPlane, redis_url: str) -> None:
    user = plane.as_role(UserRole.PLATFORM_ADMIN)
    principal: Any = user.services.access_tokens.verify(user.token)

    class Keys:
        def principal(self, key: str, *, client: Client) -> object:
            from dataclasses import replace  # noqa: PLC0415 -- this test alone

            from aiconnected.auth.models import ActorKind  # noqa: PLC0415

            return replace(principal, kind=ActorKind.API_KEY, client=client)

    plane.services.api_keys = Keys()  # type: ignore[assignment] -- what is asked of it
    answer = plane.request("GET", "/things", headers={"X-API-Key": "vk_key"})

    assert answer.headers["X-RateLimit-Limit"] == "4"
    with redis.Redis.from_url(redis_url) as client:
        assert client.exists(keys.rate(f"key:{principal.id}", "minute"))


def test_without_redis_requests_pass_uncounted_and_that_is_counted(
    plane: ControlPlane, user: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    user.services.rates = RateLimiter(connect("redis://127.0.0.1:1/0"))
    capsys.readouterr()

    answers = [user.get("/things") for _ in range(5)]

    assert {answer.status for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0].headers
    assert capsys.readouterr().out.count('"UncountedRequests":[1.0]') == 5
