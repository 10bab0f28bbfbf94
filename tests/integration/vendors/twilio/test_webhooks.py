"""Webhooks that fail, are retried, sent twice, forged or replayed; what the caller hears."""

import asyncio
import time

import pytest
from aiohttp import web

from tests.fixtures.carrier import (
    MOBILE,
    PRACTICE,
    XML,
    ApplicationUnderTest,
    BareTelephone,
    Carrier,
    Received,
)

pytestmark = pytest.mark.integration


async def route(carrier: Carrier, **where: str) -> None:
    """Change where the practice's calls go."""

    def change() -> None:
        (number,) = carrier.client.incoming_phone_numbers.list(phone_number=PRACTICE)
        number.update(**where)

    await asyncio.to_thread(change)


async def over(telephone: BareTelephone) -> dict[str, object]:
    await telephone.event("answered")
    return await telephone.event("ended")


async def test_a_failing_application_is_spoken_to_the_caller(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.answers["/voice"] = lambda _: web.Response(status=500)
    telephone = await carrier.telephone()

    call = await telephone.dial()
    ended = await over(telephone)

    assert (ended["reason"], ended["error_code"]) == ("application-error", 11200)
    assert len(telephone.frames) > 50
    assert len(app.at("/voice")) == 1  # Twilio retries connections, not answers
    (said,) = [e for e in await carrier.journal(call) if e["event"] == "say"]
    assert "application error" in said["text"]


async def test_the_fallback_url_is_told_what_failed_and_takes_over(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.answers["/voice"] = lambda _: web.Response(status=503)
    app.twiml("/fallback", "<Hangup/>")
    await route(carrier, voice_fallback_url=f"{app.url}/fallback")
    telephone = await carrier.telephone()

    await telephone.dial()
    ended = await over(telephone)

    assert ended["reason"] == "twiml-hangup"
    (fallback,) = app.at("/fallback")
    assert fallback.genuine
    assert fallback.fields["ErrorCode"] == "11200"
    assert fallback.fields["ErrorUrl"] == f"{app.url}/voice"


async def test_an_answer_is_retried_when_the_url_asks_for_it(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    def once(_: Received) -> web.Response:
        if len(app.at("/voice")) == 1:
            return web.Response(status=502)
        return web.Response(text="<Response><Hangup/></Response>", content_type=XML)

    app.answers["/voice"] = once
    await route(carrier, voice_url=f"{app.url}/voice#rc=2&rp=5xx")
    telephone = await carrier.telephone()

    await telephone.dial()
    ended = await over(telephone)

    assert ended["reason"] == "twiml-hangup"
    first, second = app.at("/voice")
    assert first.genuine  # the overrides are not part of what is signed
    assert second.genuine
    token = "I-Twilio-Idempotency-Token"
    assert first.headers[token] == second.headers[token]


async def test_a_refused_connection_is_tried_twice(
    carrier: Carrier, app: ApplicationUnderTest, unused_tcp_port: int
) -> None:
    await route(carrier, voice_url=f"http://127.0.0.1:{unused_tcp_port}/voice")
    telephone = await carrier.telephone()

    call = await telephone.dial()
    ended = await over(telephone)

    assert ended["error_code"] == 11205
    assert (await carrier.events(call)).count("webhook.retried") == 1


async def test_a_slow_application_is_given_up_after_its_time(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    async def never(_: Received) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    app.answers["/voice"] = never
    await route(carrier, voice_url=f"{app.url}/voice#rt=200")
    telephone = await carrier.telephone()

    began = time.monotonic()
    await telephone.dial()
    await telephone.event("answered")

    assert time.monotonic() - began < 2


async def test_a_get_webhook_signs_its_query(carrier: Carrier, app: ApplicationUnderTest) -> None:
    app.twiml("/voice", "<Hangup/>")
    await route(carrier, voice_url=f"{app.url}/voice?tenant=a", voice_method="GET")
    telephone = await carrier.telephone()

    call = await telephone.dial()
    await over(telephone)

    (voice,) = app.at("/voice")
    assert voice.genuine
    assert voice.fields["CallSid"] == call
    assert voice.fields["tenant"] == "a"


async def test_a_caller_who_hangs_up_while_it_rings_is_canceled(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    started = asyncio.Event()

    async def slow(_: Received) -> web.Response:
        started.set()
        await asyncio.sleep(5)
        return web.Response()

    app.answers["/voice"] = slow
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await started.wait()
    await telephone.command(hangup=True)
    ended = await telephone.event("ended")
    await asyncio.sleep(0.1)

    assert (ended["reason"], ended["status"]) == ("caller-hangup", "canceled")
    (status,) = app.at("/status")
    assert (status.fields["CallSid"], status.fields["CallStatus"]) == (call, "canceled")
    assert status.fields["CallDuration"] == "0"


async def test_a_duplicated_webhook_arrives_twice_with_one_token(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Hangup/>")
    await carrier.fault(match={"api_key": MOBILE, "route": "/webhook"}, kind="duplicate")
    telephone = await carrier.telephone()

    call = await telephone.dial()
    await over(telephone)

    first, second = app.at("/voice")
    assert first.fields == second.fields
    assert dict(first.headers) == dict(second.headers)
    (entry,) = [e for e in await carrier.journal(call) if e["event"] == "webhook.duplicate"]
    assert entry["same"]


async def test_a_forged_webhook_carries_a_signature_that_is_not_the_accounts(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    def strict(received: Received) -> web.Response:
        return web.Response(status=200 if received.genuine else 403)

    app.answers["/voice"] = strict
    await carrier.fault(match={"api_key": PRACTICE, "route": "/webhook"}, kind="error")
    telephone = await carrier.telephone()

    await telephone.dial()
    ended = await over(telephone)

    (voice,) = app.at("/voice")
    assert not voice.genuine
    assert len(voice.headers["X-Twilio-Signature"]) == 28
    assert ended["error_code"] == 11200


async def test_a_replayed_webhook_is_the_same_byte_for_byte(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Hangup/>")
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await over(telephone)

    response = await carrier.post("/replay", call_sid=call)
    answer = await response.json()

    assert answer["status"] == 200
    assert answer["body"] == "<Response><Hangup/></Response>"
    first, again = app.at("/voice")
    assert first.fields == again.fields
    assert dict(first.headers) == dict(again.headers)
    assert (await carrier.post("/replay", call_sid="CA0")).status == 409


async def test_status_callbacks_can_be_doubled_and_lost(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Hangup/>")
    await carrier.fault(match={"api_key": MOBILE, "route": "/status"}, kind="duplicate")
    telephone = await carrier.telephone()
    await telephone.dial()
    await over(telephone)
    await asyncio.sleep(0.1)

    assert len(app.at("/status")) == 2


async def test_a_call_to_a_number_without_a_voice_url_fails_audibly(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    await route(carrier, voice_url="")
    telephone = await carrier.telephone()

    await telephone.dial()
    ended = await over(telephone)

    assert ended["reason"] == "application-error"


NOT_TWIML = {
    "not XML": ("<Response>", XML, 12100),
    "another root": ("<Twiml/>", XML, 12100),
    "a leading space": (' <?xml version="1.0"?><Response/>', XML, 12100),
    "a document type": ("<!DOCTYPE r><Response/>", XML, 12100),
    "plain text": ("<Response/>", "text/plain", 12300),
    "HTML": ("<Response/>", "text/html", 12300),
    "an unknown verb": ("<Response><Shout/></Response>", XML, 12200),
    "a verb in lower case": ("<Response><hangup/></Response>", XML, 12200),
    "a verb this carrier has not": ("<Response><Gather/></Response>", XML, 12200),
    "an unknown attribute": ('<Response><Say pitch="9">a</Say></Response>', XML, 12200),
    "text between verbs": ("<Response>hello<Hangup/></Response>", XML, 12200),
    "an empty Say": ("<Response><Say/></Response>", XML, 12200),
    "Connect without Stream": ("<Response><Connect/></Response>", XML, 12200),
    "a national number": ("<Response><Dial>555-0142</Dial></Response>", XML, 13224),
    "a stream that is not wss": (
        '<Response><Connect><Stream url="ws://voice.example.com/media"/></Connect></Response>',
        XML,
        31922,
    ),
    "a stream over https": (
        '<Response><Connect><Stream url="https://127.0.0.1/media"/></Connect></Response>',
        XML,
        31922,
    ),
    "a stream URL with a query": (
        '<Response><Connect><Stream url="wss://voice.example.com/m?t=1"/></Connect></Response>',
        XML,
        31923,
    ),
    "a parameter that is too long": (
        '<Response><Connect><Stream url="wss://voice.example.com/m"><Parameter name="t" value="'
        + "x" * 500
        + '"/></Stream></Connect></Response>',
        XML,
        12200,
    ),
}


@pytest.mark.parametrize("what", NOT_TWIML)
async def test_what_is_not_twiml_fails_the_call_with_twilios_code(
    carrier: Carrier, app: ApplicationUnderTest, what: str
) -> None:
    text, content_type, code = NOT_TWIML[what]
    app.answers["/voice"] = lambda _: web.Response(text=text, content_type=content_type)
    app.twiml("/fallback", "<Hangup/>")
    await route(carrier, voice_fallback_url=f"{app.url}/fallback")
    telephone = await carrier.telephone()

    await telephone.dial()
    await over(telephone)

    (fallback,) = app.at("/fallback")
    assert fallback.fields["ErrorCode"] == str(code)
