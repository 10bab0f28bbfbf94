"""An inbound call from ringing to its end, as the application and the telephone see it."""

import asyncio
import base64

import pytest

from tests.fixtures.carrier import MOBILE, PRACTICE, ApplicationUnderTest, Carrier, Stream

pytestmark = pytest.mark.integration

TONE = bytes(range(160))


async def echo(stream: Stream) -> None:
    while True:
        message = await stream.next("media")
        await stream.say(base64.b64decode(message["media"]["payload"]))


async def test_the_caller_hears_what_the_application_sends_back(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    app.talk = echo
    telephone = await carrier.telephone()

    call = await telephone.dial()
    await telephone.event("answered")
    await asyncio.sleep(0.05)
    await telephone.speak(*[TONE] * 10, pace=0.02)
    await asyncio.sleep(0.1)
    await telephone.command(hangup=True)
    ended = await telephone.event("ended")

    assert (ended["reason"], ended["status"]) == ("caller-hangup", "completed")
    assert telephone.heard.count(TONE) == 10
    events = await carrier.events(call)
    assert events[:4] == ["ringing", "webhook.sent", "webhook.answered", "answered"]
    assert {"media.connected", "media.in", "media.first_out", "stop", "ended"} <= set(events)


async def test_the_voice_webhook_is_signed_and_says_all_twilio_says(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Hangup/>")
    telephone = await carrier.telephone()

    call = await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    (voice,) = app.at("/voice")
    assert voice.genuine
    assert voice.headers["I-Twilio-Idempotency-Token"]
    assert voice.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    expected = {
        "CallSid": call,
        "AccountSid": "AC" + "1" * 32,
        "From": MOBILE,
        "Caller": MOBILE,
        "To": PRACTICE,
        "Called": PRACTICE,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "FromCountry": "US",
        "FromCity": "",
    }
    assert expected.items() <= voice.fields.items()


async def test_the_media_stream_opens_as_twilio_opens_it(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    parameter = '<Parameter name="ticket" value="t-1"/>'
    app.twiml("/voice", f'<Connect><Stream url="{{media}}">{parameter}</Stream></Connect>')

    async def talk(stream: Stream) -> None:
        await stream.next("media")
        await stream.next("media")

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    (stream,) = app.streams
    assert stream.genuine
    connected, start, first, second = stream.messages
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": stream.sid,
        "start": {
            "accountSid": "AC" + "1" * 32,
            "streamSid": stream.sid,
            "callSid": call,
            "tracks": ["inbound"],
            "customParameters": {"ticket": "t-1"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    }
    assert stream.sid.startswith("MZ")
    assert len(stream.sid) == 34
    assert [first["sequenceNumber"], second["sequenceNumber"]] == ["2", "3"]
    assert [first["media"]["chunk"], second["media"]["chunk"]] == ["1", "2"]
    assert [first["media"]["timestamp"], second["media"]["timestamp"]] == ["0", "20"]
    assert first["media"]["track"] == "inbound"


async def test_hanging_up_stops_the_stream_and_reports_the_completed_call(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    stopped: list[dict[str, object]] = []

    async def talk(stream: Stream) -> None:
        stopped.append(await stream.next("stop"))

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await asyncio.sleep(0.2)
    await telephone.command(hangup=True)
    await telephone.event("ended")
    await asyncio.sleep(0.1)

    assert stopped[0]["stop"] == {"accountSid": "AC" + "1" * 32, "callSid": call}
    (status,) = app.at("/status")
    assert status.genuine
    assert status.fields["CallStatus"] == "completed"
    assert status.fields["CallDuration"] == "1"
    assert status.fields["SequenceNumber"] == "0"
    assert status.fields["CallbackSource"] == "call-progress-events"
    assert status.fields["Timestamp"]


async def test_a_socket_that_breaks_is_a_caller_who_hung_up(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')

    async def talk(stream: Stream) -> None:
        await stream.next("stop")

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await telephone.close()
    await asyncio.sleep(0.2)

    ended = (await carrier.journal(call))[-1]
    assert (await carrier.rest(lambda client: client.calls(call).fetch())).status == "completed"
    assert "caller-hangup" in str(ended) or "ended" in await carrier.events(call)


async def test_a_number_nobody_owns_is_refused_without_a_webhook(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone = await carrier.telephone()

    await telephone.command(dial={"to": "+14155550777", "from": MOBILE})
    ended = await telephone.event("ended")

    assert (ended["reason"], ended["status"]) == ("unallocated-number", "failed")
    assert app.received == []


async def test_keys_pressed_reach_the_stream_in_order(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    pressed: list[dict[str, str]] = []

    async def talk(stream: Stream) -> None:
        while len(pressed) < 3:
            pressed.append((await stream.next("dtmf"))["dtmf"])

    app.talk = talk
    telephone = await carrier.telephone()
    await telephone.dial()
    await telephone.event("answered")
    await asyncio.sleep(0.1)
    await telephone.command(dtmf="1#")
    await telephone.command(dtmf="5")
    await telephone.event("ended")

    assert [key["digit"] for key in pressed] == ["1", "#", "5"]
    assert pressed[0]["track"] == "inbound_track"
