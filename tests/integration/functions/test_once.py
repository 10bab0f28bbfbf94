"""Idempotency keys over HTTP."""

from collections.abc import Iterator

import pytest

from aiconnected.db import DatabaseUnavailable
from aiconnected.kit.errors import Conflict
from tests.fixtures.web_api import Answer, ControlPlane
from tests.integration.functions.odd_routes import DEEDS, routes

pytestmark = pytest.mark.integration

THING = {"name": "a", "size": 1}


@pytest.fixture
def plane(dental_admin: ControlPlane) -> Iterator[ControlPlane]:
    DEEDS.made.clear()
    yield ControlPlane(services=dental_admin.services, groups=(routes,), token=dental_admin.token)
    DEEDS.fail_with = None


def post(plane: ControlPlane, key: str = "k1", body: object = THING, **headers: str) -> Answer:
    return plane.request(
        "POST", "/things", json_body=body, headers={"Idempotency-Key": key, **headers}
    )


def test_a_request_that_is_sent_again_has_the_first_answer(plane: ControlPlane) -> None:
    first, second = post(plane), post(plane)

    assert DEEDS.made == ["a"]
    assert (second.status, second.text) == (first.status, first.text)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_another_body_with_the_same_key_is_refused(plane: ControlPlane) -> None:
    post(plane)

    assert post(plane, body={"name": "b", "size": 1}).error == (422, "BIZ_IDEMPOTENCY_MISMATCH")
    assert DEEDS.made == ["a"]


def test_a_refusal_is_answered_again_too(plane: ControlPlane) -> None:
    DEEDS.fail_with = Conflict()
    first = post(plane)
    DEEDS.fail_with = None

    second = post(plane)

    assert first.error == second.error == (409, "RES_CONFLICT")
    assert second.headers["Idempotency-Replayed"] == "true"


def test_after_a_failure_of_ours_the_request_can_be_sent_again(plane: ControlPlane) -> None:
    for failure in (ZeroDivisionError(), DatabaseUnavailable()):
        DEEDS.fail_with = failure
        assert post(plane).status in {500, 503}
    DEEDS.fail_with = None

    assert post(plane).status == 201
    assert DEEDS.made == ["a"]


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "a\tb", "ключ"])
def test_a_key_that_is_none_is_refused(plane: ControlPlane, key: str) -> None:
    answer = post(plane, key)

    assert answer.error == (400, "VAL_INVALID_FORMAT")
    assert [each["field"] for each in answer.json["error"]["details"]] == ["Idempotency-Key"]
    assert DEEDS.made == []


def test_a_key_is_its_owners_alone(plane: ControlPlane, control_plane: ControlPlane) -> None:
    from aiconnected.users.models import UserRole  # noqa: PLC0415 -- this test alone

    other = ControlPlane(services=plane.services, groups=(routes,)).as_role(UserRole.PLATFORM_ADMIN)
    post(plane)

    assert "Idempotency-Replayed" not in post(other).headers
    assert DEEDS.made == ["a", "a"]


def test_a_request_without_a_key_is_done_each_time(plane: ControlPlane) -> None:
    for _ in range(2):
        plane.request("POST", "/things", json_body=THING)

    assert DEEDS.made == ["a", "a"]


def test_reading_takes_no_key(plane: ControlPlane) -> None:
    for _ in range(2):
        answer = plane.request("GET", "/things", headers={"Idempotency-Key": ""})
        assert answer.status == 200


def test_a_stranger_takes_no_key(plane: ControlPlane) -> None:
    stranger = ControlPlane(services=plane.services, groups=(routes,))

    assert post(stranger).error == (401, "AUTH_TOKEN_MISSING")
    for _ in range(2):
        answer = stranger.request("POST", "/guess", headers={"Idempotency-Key": "k1"})
        assert "Idempotency-Replayed" not in answer.headers
