"""Signatures the real validator accepts, and connection overrides by Twilio's rules."""

import pytest
from twilio.request_validator import RequestValidator

from infra.local.vendors.twilio import signature
from infra.local.vendors.twilio.errors import CallError
from infra.local.vendors.twilio.overrides import Overrides, split

pytestmark = pytest.mark.unit

TOKEN = "12345"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/voice",
        "https://api.example.com:8443/voice?tenant=a&x=%20",
        "http://127.0.0.1:4000/voice",
        "wss://voice.example.com/media",
    ],
)
@pytest.mark.parametrize("fields", [{}, {"CallSid": "CA1", "To": "+1", "From": "", "z": "ü"}])
def test_the_real_validator_accepts_the_signature(url: str, fields: dict[str, str]) -> None:
    signed = signature.sign(TOKEN, url, fields=fields)

    assert RequestValidator(TOKEN).validate(url, fields, signed)
    assert not RequestValidator("another").validate(url, fields, signed)
    assert not RequestValidator(TOKEN).validate(url, fields, signature.forge(url, fields))


def test_without_overrides_a_connection_is_tried_twice_within_15_seconds() -> None:
    assert split("https://api.example.com/voice") == (
        "https://api.example.com/voice",
        Overrides(
            connect_timeout=5.0,
            read_timeout=15.0,
            total_timeout=15.0,
            retries=1,
            retry_on=frozenset({"ct"}),
        ),
    )


def test_overrides_follow_the_hash_and_are_not_requested() -> None:
    url, overrides = split("https://a.example/v?x=1#ct=100&rt=200&tt=900&rc=3&rp=5xx,rt&e=ashburn")

    assert url == "https://a.example/v?x=1"
    assert (overrides.connect_timeout, overrides.read_timeout) == (0.1, 0.2)
    assert (overrides.total_timeout, overrides.retries) == (0.9, 3)
    assert overrides.retry("5xx")
    assert not overrides.retry("ct")


@pytest.mark.parametrize("fragment", ["rc=9", "rp=6xx", "rt=50", "ct=x", "wait=1"])
def test_overrides_twilio_does_not_know_are_refused(fragment: str) -> None:
    with pytest.raises(CallError) as refused:
        split(f"https://a.example/v#{fragment}")

    assert refused.value.code == 11243
