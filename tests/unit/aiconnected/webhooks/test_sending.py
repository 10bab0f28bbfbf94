"""Signatures of webhooks and when they are tried again."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.contracts.catalogue import EVENTS, SUBSCRIBABLE, CallStarted
from aiconnected.webhooks.happening import happened
from aiconnected.webhooks.retries import GIVEN_UP, next_attempt, pause
from aiconnected.webhooks.signing import new_secret, signature

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def test_a_signature_is_the_hmac_of_moment_and_body_for_each_secret() -> None:
    header = signature(b'{"a":1}', keys=["new", "old"], at=NOW)

    moment = str(int(NOW.timestamp()))
    expected = [
        hmac.new(key, f'{moment}.{{"a":1}}'.encode(), hashlib.sha256).hexdigest()
        for key in (b"new", b"old")
    ]
    assert header == f"t={moment},v1={expected[0]},v1={expected[1]}"


def test_secrets_are_long_and_differ() -> None:
    assert len({new_secret() for _ in range(10)}) == 10
    assert len(new_secret()) > 40


def test_pauses_double_from_ten_seconds_on() -> None:
    seconds = [pause(attempts, chance=0.5).total_seconds() for attempts in (1, 2, 3, 4)]

    assert seconds == [10, 20, 40, 80]


@given(st.integers(min_value=1, max_value=32767), st.floats(min_value=0, max_value=1))
def test_a_pause_is_never_shorter_than_eight_seconds_nor_longer_than_a_shift(
    attempts: int, chance: float
) -> None:
    assert timedelta(seconds=8) <= pause(attempts, chance=chance) <= timedelta(hours=7.2)


def test_everything_is_given_up_after_a_day() -> None:
    now, attempts = NOW, 0
    while True:
        attempts += 1
        again = next_attempt(created_at=NOW, attempts=attempts, now=now)
        if again is None:
            break
        assert again > now
        now = again

    assert NOW + GIVEN_UP - timedelta(hours=8) < now <= NOW + GIVEN_UP
    assert 10 <= attempts <= 20


def test_the_same_event_of_the_same_resource_has_one_id() -> None:
    call, agency, tenant = uuid4(), uuid4(), uuid4()
    event = CallStarted(call_id=call, started_at=NOW)

    def made(version: str = "") -> object:
        return happened(
            event, of=call, at=NOW, agency_id=agency, tenant_id=tenant, version=version
        ).id

    assert made() == made()
    assert made() != made("2")


def test_every_event_of_the_catalogue_says_what_it_is() -> None:
    assert len({event.TYPE for event in EVENTS}) == len(EVENTS)
    for event in EVENTS:
        assert event.__doc__
        assert event.model_json_schema()["properties"]
    assert "webhook.test" not in SUBSCRIBABLE
