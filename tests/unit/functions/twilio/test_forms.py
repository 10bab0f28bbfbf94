"""What Twilio sends, read into what is used of it."""

import base64
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from twilio.request_validator import RequestValidator

from aiconnected.calls.models import CarrierStatus
from aiconnected.kit.errors import Invalid
from chalicelib.twilio.forms import SignatureInvalid, TwilioForm
from infra.local.stack import proxy

pytestmark = pytest.mark.unit

ORIGIN, TOKEN, PATH = "https://api.example.com", "token", "/api/v1/webhooks/twilio/voice"
SID = "CA" + "a" * 32


def event(
    body: str, *, signed: dict[str, str] | None = None, query: str = "", encoded: bool = False
) -> APIGatewayProxyEvent:
    signature = RequestValidator(TOKEN).compute_signature(ORIGIN + PATH + query, signed or {})
    incoming = proxy.Incoming(
        method="POST",
        target=PATH + query,
        headers=(("X-Twilio-Signature", signature), ("Content-Type", "application/octet")),
        body=body.encode(),
    )
    binary = frozenset({"application/octet"} if encoded else ())
    made = proxy.event(incoming, proxy.Routes({PATH: ["POST"]}), binary_types=binary)
    assert made is not None
    return APIGatewayProxyEvent(made)


def read(**fields: str) -> TwilioForm:
    fields = {"CallSid": SID} | fields
    made = event(urlencode(fields), signed=fields)
    return TwilioForm.read(made, origin=ORIGIN, auth_token=TOKEN)


def test_a_form_says_who_calls_whom() -> None:
    form = read(From="+14155550123", To="+12125550199")

    assert (form.call_sid, form.from_, form.to) == (SID, "+14155550123", "+12125550199")
    assert form.caller_id == "+14155550123"


def test_a_hidden_callers_call_shows_the_number_that_was_called() -> None:
    assert read(From="anonymous", To="+12125550199").caller_id == "+12125550199"
    assert read(From="", To="sip:a@b").caller_id == ""


def test_a_query_is_part_of_what_is_signed_and_a_body_may_come_encoded() -> None:
    fields = {"CallSid": SID}
    for encoded in (True, False):
        made = event(urlencode(fields), signed=fields, query="?a=1&b=2", encoded=encoded)
        assert made.is_base64_encoded is encoded
        assert TwilioForm.read(made, origin=ORIGIN, auth_token=TOKEN).call_sid == SID
    assert base64  # the encoding is API Gateway's own


@pytest.mark.parametrize("body", ["&".join(f"a{n}=1" for n in range(300)), "\xff" * 10, ""])
def test_what_is_no_form_of_twilios_is_not_genuine(body: str) -> None:
    with pytest.raises(SignatureInvalid):
        TwilioForm.read(event(body, signed={"CallSid": SID}), origin=ORIGIN, auth_token=TOKEN)


@pytest.mark.parametrize("sid", ["", "CA1", "SM" + "a" * 32])
def test_a_genuine_form_that_names_no_call_is_invalid(sid: str) -> None:
    with pytest.raises(Invalid):
        read(CallSid=sid)


def test_a_status_of_a_later_version_is_none() -> None:
    assert read(CallStatus="in-progress").status is CarrierStatus.IN_PROGRESS
    assert read(CallStatus="teleported").status is None
    assert read(DialCallStatus="no-answer").dial_status is CarrierStatus.NO_ANSWER
    assert read(DialCallStatus="teleported").dial_status is CarrierStatus.FAILED
    assert read().dial_status is None


def test_a_time_is_read_if_it_is_one() -> None:
    assert read(Timestamp="Sat, 21 Nov 2026 15:00:00 +0000").at == datetime(
        2026, 11, 21, 15, tzinfo=UTC
    )
    assert read(Timestamp="Sat, 21 Nov 2026 15:00:00").at is None
    assert read(Timestamp="soon").at is None
    assert read().at is None


def test_a_retry_is_known_by_what_does_not_move_on() -> None:
    ringing = read(From="+14155550123", To="+12125550199", CallStatus="ringing")
    later = read(From="+14155550123", To="+12125550199", CallStatus="in-progress")
    other = read(From="+14155550124", To="+12125550199", CallStatus="ringing")

    assert ringing.digest == later.digest != other.digest
