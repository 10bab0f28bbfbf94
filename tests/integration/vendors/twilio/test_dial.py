"""`<Dial>`, `<Redirect>`, `<Reject>` and `<Pause>`: where a call goes without the agent."""

import asyncio
import time

import numpy as np
import pytest

from infra.local.vendors.engines.audio import ulaw_decode
from tests.fixtures.carrier import FALLBACK, MOBILE, PRACTICE, ApplicationUnderTest, Carrier

pytestmark = pytest.mark.integration

RATE = 8000


def pitch(mulaw: bytes) -> float:
    """The strongest frequency, in hertz."""
    samples = ulaw_decode(mulaw).astype(np.float64)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


async def test_the_fallback_phone_is_heard_by_its_tone(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", f'<Dial action="/after"><Number>{FALLBACK}</Number></Dial>')
    app.twiml("/after", "<Hangup/>")
    await carrier.post(
        "/phones", number=FALLBACK, behaviour="answer", say_tone_hz=1234, hangup_after_ms=600
    )
    telephone = await carrier.telephone()

    await telephone.dial()
    await telephone.event("answered")
    ended = await telephone.event("ended")

    assert abs(pitch(telephone.heard[-3200:]) - 1234) < 5
    assert ended["reason"] == "twiml-hangup"
    (after,) = app.at("/after")
    assert after.fields["DialCallStatus"] == "completed"
    assert after.fields["DialBridged"] == "true"
    assert after.fields["DialCallDuration"] == "1"
    assert after.fields["DialCallSid"].startswith("CA")


@pytest.mark.parametrize("behaviour", ["busy", "no-answer"])
async def test_a_fallback_phone_nobody_takes_is_told_to_the_action(
    carrier: Carrier, app: ApplicationUnderTest, behaviour: str
) -> None:
    app.twiml("/voice", f'<Dial timeout="1" action="/after">{FALLBACK}</Dial>')
    app.twiml("/after", "<Hangup/>")
    await carrier.post("/phones", number=FALLBACK, behaviour=behaviour)
    telephone = await carrier.telephone()

    await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    (after,) = app.at("/after")
    assert after.fields["DialCallStatus"] == behaviour
    assert after.fields["DialBridged"] == "false"


async def test_the_caller_hears_ringing_while_a_phone_rings(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", f'<Dial timeout="1">{FALLBACK}</Dial>')
    telephone = await carrier.telephone()

    await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    assert round(pitch(telephone.heard)) in {440, 480}


async def test_a_caller_id_of_somebody_else_is_refused(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", f'<Dial callerId="+13125550000" action="/after">{FALLBACK}</Dial>')
    app.twiml("/after", "<Hangup/>")
    await carrier.post("/phones", number=FALLBACK, behaviour="answer")
    telephone = await carrier.telephone()

    await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    assert app.at("/after")[0].fields["DialCallStatus"] == "failed"


async def test_the_first_phone_to_answer_takes_the_call(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    slow = await carrier.registered("+14155550143")
    fast = await carrier.registered(FALLBACK)
    app.twiml(
        "/voice",
        f'<Dial callerId="{PRACTICE}"><Number>+14155550143</Number>'
        f'<Number statusCallback="/leg" statusCallbackEvent="ringing answered completed">'
        f"{FALLBACK}</Number></Dial>",
    )
    telephone = await carrier.telephone()
    await telephone.dial()
    await telephone.event("answered")
    await slow.event("incoming")
    incoming = await fast.event("incoming")
    await fast.command(answer=True)
    await fast.event("answered")
    canceled = await slow.event("ended")
    await telephone.command(hangup=True)
    await telephone.event("ended")
    await fast.event("ended")
    await asyncio.sleep(0.1)

    assert incoming["from"] == PRACTICE
    assert canceled["status"] == "canceled"
    assert [r.fields["CallStatus"] for r in app.at("/leg")] == [
        "ringing",
        "in-progress",
        "completed",
    ]


async def test_a_phone_that_rejects_is_busy(carrier: Carrier, app: ApplicationUnderTest) -> None:
    other = await carrier.registered(FALLBACK)
    app.twiml("/voice", f'<Dial action="/after">{FALLBACK}</Dial>')
    app.twiml("/after", "<Hangup/>")
    telephone = await carrier.telephone()

    await telephone.dial()
    await other.event("incoming")
    await other.command(reject=True)
    await telephone.event("answered")
    await telephone.event("ended")

    assert app.at("/after")[0].fields["DialCallStatus"] == "busy"


async def test_a_redirect_is_followed_and_resolved_against_its_document(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Redirect>/second</Redirect><Say>never</Say>")
    app.twiml("/second", '<Pause length="1"/><Hangup/>')
    telephone = await carrier.telephone()

    began = time.monotonic()
    await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    assert time.monotonic() - began > 0.9
    (second,) = app.at("/second")
    assert second.genuine


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_is_never_answered(
    carrier: Carrier, app: ApplicationUnderTest, reason: str, status: str
) -> None:
    app.twiml("/voice", f'<Reject reason="{reason}"/>')
    telephone = await carrier.telephone()

    call = await telephone.dial()
    ended = await telephone.event("ended")

    assert (ended["reason"], ended["status"]) == ("rejected", status)
    assert (await carrier.rest(lambda client: client.calls(call).fetch())).status == status


async def test_a_call_ends_when_its_time_is_over(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", f'<Dial timeLimit="1">{FALLBACK}</Dial><Say>over</Say>')
    await carrier.post("/phones", number=FALLBACK, behaviour="answer")
    telephone = await carrier.telephone()

    call = await telephone.dial()
    await telephone.event("answered")
    ended = await telephone.event("ended")

    assert ended["reason"] == "end-of-twiml"
    assert "dial.time-limit" in await carrier.events(call)


async def test_a_telephone_that_talks_nonsense_is_told_so(carrier: Carrier) -> None:
    for nonsense in ("{", "[]", '{"dial":{"to":"1"}}', '{"sing":"la"}', '{"dtmf":"x"}'):
        telephone = await carrier.telephone()
        await telephone.raw(nonsense)
        error = await telephone.event("error")
        assert error["message"]
        await telephone.event("closed")


async def test_two_calls_at_once_keep_apart(carrier: Carrier, app: ApplicationUnderTest) -> None:
    app.twiml("/voice", "<Pause length='1'/><Hangup/>")
    first, second = await carrier.telephone(), await carrier.telephone()

    calls = {await first.dial(), await second.dial(PRACTICE, MOBILE[:-1] + "8")}
    for telephone in (first, second):
        await telephone.event("answered")
        await telephone.event("ended")

    assert len(calls) == 2
    assert {r.fields["CallSid"] for r in app.at("/voice")} == calls
