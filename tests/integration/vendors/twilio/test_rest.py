"""The REST API through the real `twilio` client, and its errors."""

import asyncio
import io
import wave

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infra.local.vendors.twilio.voice import tone
from tests.fixtures.carrier import (
    ACCOUNT,
    FALLBACK,
    MOBILE,
    PRACTICE,
    ApplicationUnderTest,
    BareTelephone,
    Carrier,
    Stream,
)

pytestmark = pytest.mark.integration

BASE = f"/2010-04-01/Accounts/{ACCOUNT.sid}"


async def talking(carrier: Carrier, app: ApplicationUnderTest) -> tuple[BareTelephone, str]:
    """A call in the middle of its media stream."""
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    open_ = asyncio.Event()

    async def talk(stream: Stream) -> None:
        await stream.next("media")
        open_.set()
        await stream.next("stop")

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await open_.wait()
    return telephone, call


async def test_a_live_call_is_fetched_listed_and_hung_up(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone, call = await talking(carrier, app)

    fetched = await carrier.rest(lambda client: client.calls(call).fetch())
    listed = await carrier.rest(lambda client: client.calls.list(status="in-progress"))
    updated = await carrier.rest(lambda client: client.calls(call).update(status="completed"))
    ended = await telephone.event("ended")

    assert (fetched.status, fetched.direction) == ("in-progress", "inbound")
    assert fetched.to == PRACTICE
    assert fetched.from_formatted == MOBILE
    assert fetched.start_time is not None
    assert [other.sid for other in listed] == [call]
    assert updated.status == "completed"
    assert updated.duration == "1"
    assert ended["reason"] == "api-hangup"
    assert app.streams[0].messages[-1]["event"] == "stop"


async def test_a_live_call_is_redirected_after_its_stream_was_stopped(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone, call = await talking(carrier, app)
    colleague = await carrier.registered(FALLBACK)

    await carrier.rest(
        lambda client: client.calls(call).update(
            twiml=f"<Response><Dial><Number>{FALLBACK}</Number></Dial></Response>"
        )
    )
    incoming = await colleague.event("incoming")
    await colleague.command(answer=True)
    await colleague.event("answered")
    await telephone.speak(*[b"\x21" * 160] * 5, pace=0.02)
    await colleague.speak(*[b"\x22" * 160] * 5, pace=0.02)
    await asyncio.sleep(0.1)
    await telephone.command(hangup=True)
    await telephone.event("ended")
    await colleague.event("ended")

    assert app.streams[0].messages[-1]["event"] == "stop"
    assert incoming["from"] == MOBILE
    assert colleague.heard == b"\x21" * 160 * 5
    assert telephone.heard.endswith(b"\x22" * 160 * 5)
    children = await carrier.rest(lambda client: client.calls.list(parent_call_sid=call))
    assert [(c.direction, c.status, c.to) for c in children] == [
        ("outbound-dial", "completed", FALLBACK)
    ]


async def test_a_call_that_is_over_cannot_be_changed(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", "<Hangup/>")
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    with pytest.raises(TwilioRestException) as hangup:
        await carrier.rest(lambda client: client.calls(call).update(status="completed"))
    with pytest.raises(TwilioRestException) as redirect:
        await carrier.rest(lambda client: client.calls(call).update(twiml="<Response/>"))

    assert (hangup.value.status, hangup.value.code) == (404, 20404)
    assert (redirect.value.status, redirect.value.code) == (400, 21220)


async def test_an_outbound_call_rings_answers_and_runs_its_twiml(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone = await carrier.registered(MOBILE)
    app.twiml("/outbound", "<Say>Hello</Say>")

    created = await carrier.rest(
        lambda client: client.calls.create(
            to=MOBILE,
            from_=PRACTICE,
            url=f"{app.url}/outbound",
            status_callback=f"{app.url}/progress",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
    )
    await telephone.event("incoming")
    await telephone.command(answer=True)
    await telephone.event("answered")
    await telephone.event("answered")
    await telephone.event("ended")
    await asyncio.sleep(0.1)

    assert created.status in {"queued", "ringing"}
    assert created.direction == "outbound-api"
    reported = [
        (r.fields["CallStatus"], r.fields["SequenceNumber"], r.genuine) for r in app.at("/progress")
    ]
    assert reported == [
        ("queued", "0", True),
        ("ringing", "1", True),
        ("in-progress", "2", True),
        ("completed", "3", True),
    ]


@pytest.mark.parametrize(("behaviour", "status"), [("busy", "busy"), ("no-answer", "no-answer")])
async def test_an_outbound_call_nobody_takes(
    carrier: Carrier, app: ApplicationUnderTest, behaviour: str, status: str
) -> None:
    await carrier.post("/phones", number=MOBILE, behaviour=behaviour)

    created = await carrier.rest(
        lambda client: client.calls.create(
            to=MOBILE, from_=PRACTICE, twiml="<Response/>", timeout=1
        )
    )
    await asyncio.sleep(1.2)
    fetched = await carrier.rest(lambda client: client.calls(str(created.sid)).fetch())

    assert fetched.status == status
    assert fetched.duration == "0"


async def test_a_ringing_outbound_call_is_canceled(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone = await carrier.registered(MOBILE)
    created = await carrier.rest(
        lambda client: client.calls.create(to=MOBILE, from_=PRACTICE, twiml="<Response/>")
    )
    await telephone.event("incoming")

    await carrier.rest(lambda client: client.calls(str(created.sid)).update(status="canceled"))
    await telephone.event("ended")
    fetched = await carrier.rest(lambda client: client.calls(str(created.sid)).fetch())

    assert fetched.status == "canceled"


async def test_both_sides_of_a_call_are_recorded(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    ready = asyncio.Event()

    async def talk(stream: Stream) -> None:
        await ready.wait()
        await stream.next("media")
        await stream.say(tone(800, seconds=0.2))
        await stream.next("stop")

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    started = await carrier.rest(
        lambda client: client.calls(call).recordings.create(recording_channels="dual")
    )
    ready.set()
    spoken = tone(400, seconds=0.3)
    frames = [spoken[i : i + 160] for i in range(0, len(spoken), 160)]
    await telephone.speak(*frames, pace=0.02)
    await telephone.command(hangup=True)
    await telephone.event("ended")

    fetched = await carrier.rest(
        lambda client: client.calls(call).recordings(str(started.sid)).fetch()
    )
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT.sid, ACCOUNT.auth_token)}
    url = f"{carrier.url}{BASE}/Recordings/{started.sid}.wav"
    async with carrier.http.get(url, headers=headers) as response:
        audio = await response.read()

    assert (started.status, fetched.status, fetched.channels) == ("in-progress", "completed", 2)
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        assert 0.25 < file.getnframes() / 8000 < 1.5
    deleted = await carrier.rest(lambda client: client.recordings(str(started.sid)).delete())
    assert deleted
    assert await carrier.rest(lambda client: client.recordings.list()) == []


async def test_numbers_are_bought_routed_and_released(carrier: Carrier) -> None:
    def work(client: Client) -> None:
        offered = client.available_phone_numbers("US").local.list(area_code=212, limit=3)
        assert [str(number.phone_number)[:5] for number in offered] == ["+1212"] * 3
        bought = client.incoming_phone_numbers.create(
            phone_number=str(offered[0].phone_number), voice_url="https://example.com/voice"
        )
        changed = client.incoming_phone_numbers(str(bought.sid)).update(
            voice_method="GET", status_callback="https://example.com/status"
        )
        assert changed.voice_url == "https://example.com/voice"
        assert changed.voice_method == "GET"
        assert changed.status_callback == "https://example.com/status"
        owned = client.incoming_phone_numbers.list()
        assert {number.phone_number for number in owned} == {PRACTICE, bought.phone_number}
        assert client.incoming_phone_numbers(str(bought.sid)).delete()
        assert len(client.incoming_phone_numbers.list(phone_number=PRACTICE)) == 1

    await carrier.rest(work)


async def test_a_long_list_comes_in_pages(carrier: Carrier) -> None:
    def work(client: Client) -> None:
        for last in range(120):
            client.incoming_phone_numbers.create(phone_number=f"+1312555{last:04d}")
        listed = client.incoming_phone_numbers.list(page_size=50)
        assert len({number.sid for number in listed}) == 121

    await carrier.rest(work)


REFUSED = {
    "no To": ("Calls.json", {"From": PRACTICE, "Twiml": "<Response/>"}, 400, 21201),
    "a bad To": (
        "Calls.json",
        {"To": "5550199", "From": PRACTICE, "Twiml": "<Response/>"},
        400,
        21211,
    ),
    "no From": ("Calls.json", {"To": MOBILE, "Twiml": "<Response/>"}, 400, 21213),
    "a From of somebody else": (
        "Calls.json",
        {"To": PRACTICE, "From": MOBILE, "Twiml": "<Response/>"},
        400,
        21210,
    ),
    "no instructions": ("Calls.json", {"To": MOBILE, "From": PRACTICE}, 400, 21205),
    "a bad Url": ("Calls.json", {"To": MOBILE, "From": PRACTICE, "Url": "/voice"}, 400, 21205),
    "an unknown parameter": (
        "Calls.json",
        {"To": MOBILE, "From": PRACTICE, "Twiml": "<Response/>", "Volume": "11"},
        400,
        20001,
    ),
    "an unknown call": (f"Calls/CA{'0' * 32}.json", {"Status": "completed"}, 404, 20404),
    "an unknown resource": ("Faxes.json", {}, 404, 20404),
    "a bad number": ("IncomingPhoneNumbers.json", {"PhoneNumber": "12"}, 400, 21421),
    "a number taken": ("IncomingPhoneNumbers.json", {"PhoneNumber": PRACTICE}, 400, 21422),
    "a bad VoiceUrl": (
        "IncomingPhoneNumbers.json",
        {"PhoneNumber": "+13125550001", "VoiceUrl": "ftp://x"},
        400,
        21502,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_bad_request_is_refused_as_twilio_refuses_it(carrier: Carrier, what: str) -> None:
    path, form, status, code = REFUSED[what]
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT.sid, ACCOUNT.auth_token)}

    url = f"{carrier.url}{BASE}/{path}"
    async with carrier.http.post(url, data=form, headers=headers) as response:
        body = await response.json()

    assert (response.status, body["code"], body["status"]) == (status, code, status)
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert body["message"]


async def test_a_wrong_token_is_refused(carrier: Carrier) -> None:
    stranger = Client(ACCOUNT.sid, "wrong")
    stranger.api.base_url = carrier.url

    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(stranger.calls("CA" + "0" * 32).fetch)

    assert (refused.value.status, refused.value.code) == (401, 20003)


async def test_an_armed_fault_answers_in_twilios_words(carrier: Carrier) -> None:
    await carrier.fault(
        match={"api_key": ACCOUNT.sid, "route": f"{BASE}/Calls.json"}, kind="error", status=503
    )

    with pytest.raises(TwilioRestException) as broken:
        await carrier.rest(
            lambda client: client.calls.create(to=MOBILE, from_=PRACTICE, twiml="<Response/>")
        )
    assert (broken.value.status, broken.value.code) == (503, 20500)
