"""The media stream's rules: playing in real time, marks, clear, what is refused, how it ends."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.fixtures.carrier import (
    ApplicationUnderTest,
    BareTelephone,
    Carrier,
    Stream,
)

pytestmark = pytest.mark.integration

FRAME = bytes([0x20]) * 160
SECOND = FRAME * 50


async def connected(
    carrier: Carrier,
    app: ApplicationUnderTest,
    talk: Callable[[Stream], Awaitable[None]],
    *,
    after: str = "",
) -> tuple[BareTelephone, str]:
    """A call whose stream the application talks on; returns once it is over for the application."""
    app.twiml("/voice", '<Connect action="/after"><Stream url="{media}"/></Connect>')
    app.twiml("/after", after)
    done = asyncio.Event()

    async def whole(stream: Stream) -> None:
        try:
            await stream.next("start")
            await talk(stream)
        finally:
            done.set()

    app.talk = whole
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await asyncio.wait_for(done.wait(), 8)
    return telephone, call


async def test_audio_of_any_length_is_played_in_order_and_in_real_time(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    audio = bytes(range(250)) * 8

    async def talk(stream: Stream) -> None:
        for start, end in ((0, 1), (1, 700), (700, 2000)):
            await stream.say(audio[start:end])
        await stream.mark("end")
        await stream.next("mark")

    telephone, _ = await connected(carrier, app, talk)
    await telephone.event("ended")

    assert telephone.heard.rstrip(b"\xff") == audio
    stamps = [at for at, _ in telephone.frames]
    assert len(stamps) == 13
    assert stamps[-1] - stamps[0] > 0.2


async def test_a_mark_comes_back_when_what_came_before_it_has_been_heard(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    took: list[float] = []

    async def talk(stream: Stream) -> None:
        began = time.monotonic()
        await stream.say(FRAME * 10)
        await stream.mark("first")
        await stream.say(FRAME * 5)
        await stream.mark("second")
        for expected in ("first", "second"):
            message = await stream.next("mark")
            assert message["mark"] == {"name": expected}
            took.append(time.monotonic() - began)

    _, call = await connected(carrier, app, talk)

    assert took[0] > 0.19
    assert took[1] > 0.29
    journal = [e for e in await carrier.journal(call) if e["event"] == "media.first_out"]
    assert [entry["segment"] for entry in journal] == [0, 1]


async def test_a_mark_with_nothing_before_it_comes_back_at_once(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    names: list[str] = []

    async def talk(stream: Stream) -> None:
        await stream.mark("now")
        names.append((await stream.next("mark"))["mark"]["name"])

    telephone, _ = await connected(carrier, app, talk)

    assert names == ["now"]
    assert telephone.frames == []


async def test_clear_drops_the_rest_and_returns_its_marks_in_order(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    marks: list[str] = []
    took: list[float] = []

    async def talk(stream: Stream) -> None:
        await stream.say(SECOND)
        await stream.mark("one")
        await stream.say(SECOND)
        await stream.mark("two")
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await stream.send("clear")
        marks.extend([(await stream.next("mark"))["mark"]["name"] for _ in range(2)])
        took.append(time.monotonic() - began)
        await stream.say(FRAME)
        await stream.mark("three")
        marks.append((await stream.next("mark"))["mark"]["name"])

    telephone, call = await connected(carrier, app, talk)

    assert marks == ["one", "two", "three"]
    assert took[0] < 1.0  # what was dropped would have taken longer
    assert 9 <= len(telephone.frames) <= 50
    (cleared,) = [e for e in await carrier.journal(call) if e["event"] == "clear"]
    assert 1000 < cleared["dropped_ms"] < 1900


async def test_a_second_clear_returns_nothing_more(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    async def talk(stream: Stream) -> None:
        await stream.say(SECOND)
        await stream.mark("only")
        await stream.send("clear")
        await stream.send("clear")
        await stream.next("mark")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.next("mark"), 0.2)

    await connected(carrier, app, talk)


async def test_a_dry_buffer_is_a_gap_at_the_telephone_and_an_underrun_in_the_journal(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    async def talk(stream: Stream) -> None:
        await stream.say(FRAME * 3)
        await asyncio.sleep(0.13)
        await stream.say(FRAME * 3)
        await stream.mark("end")
        await stream.next("mark")

    telephone, call = await connected(carrier, app, talk)

    gaps = [b - a for (a, _), (b, _) in pairwise(telephone.frames)]
    assert len(gaps) == 5
    assert max(gaps) > 0.07
    (underrun,) = [e for e in await carrier.journal(call) if e["event"] == "underrun"]
    assert underrun["ms"] > 40


async def test_silence_keeps_coming_when_the_telephone_says_nothing(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    stamps: list[float] = []

    async def talk(stream: Stream) -> None:
        for _ in range(20):
            message = await stream.next("media")
            stamps.append(time.monotonic())
            assert base64.b64decode(message["media"]["payload"]) == b"\xff" * 160

    await connected(carrier, app, talk)

    assert stamps[-1] - stamps[0] > 0.36


BROKEN: dict[str, tuple[Any, int]] = {
    "not JSON": ("{", 31951),
    "a list": ("[]", 31951),
    "no event": ('{"streamSid":"SID"}', 31951),
    "an event of another protocol": ('{"event":"start","streamSid":"SID"}', 31951),
    "another stream": ('{"event":"clear","streamSid":"MZ0"}', 31951),
    "no streamSid": ('{"event":"clear"}', 31951),
    "stream_sid": ('{"event":"clear","stream_sid":"SID"}', 31951),
    "media without payload": ('{"event":"media","streamSid":"SID","media":{}}', 31951),
    "media that is text": ('{"event":"media","streamSid":"SID","media":"AAAA"}', 31951),
    "bad base64": ('{"event":"media","streamSid":"SID","media":{"payload":"%%%"}}', 31951),
    "base64 with a line break": (
        '{"event":"media","streamSid":"SID","media":{"payload":"AAAA\\n"}}',
        31951,
    ),
    "an empty payload": ('{"event":"media","streamSid":"SID","media":{"payload":""}}', 31951),
    "a WAV header": (
        '{"event":"media","streamSid":"SID","media":{"payload":"UklGRgAA"}}',
        31951,
    ),
    "an unexpected field": (
        '{"event":"media","streamSid":"SID","media":{"payload":"AAAA"},"x":1}',
        31951,
    ),
    "mark without name": ('{"event":"mark","streamSid":"SID","mark":{}}', 31951),
    "a binary frame": (b"\xff" * 160, 31950),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_message_ends_the_stream_and_the_call_goes_on(
    carrier: Carrier, app: ApplicationUnderTest, what: str
) -> None:
    message, code = BROKEN[what]

    async def talk(stream: Stream) -> None:
        if isinstance(message, bytes):
            await stream.socket.send_bytes(message)
        else:
            await stream.socket.send_str(message.replace("SID", stream.sid))
        while True:
            await stream.next("never")

    telephone, call = await connected(carrier, app, talk, after="<Hangup/>")
    ended = await telephone.event("ended")

    assert ended["reason"] == "twiml-hangup"
    (after,) = app.at("/after")
    assert after.fields["StreamErrorCode"] == str(code)
    violations = [e for e in await carrier.journal(call) if e["event"] == "media.violation"]
    assert [entry["code"] for entry in violations] == [code]


async def test_closing_the_socket_leads_to_the_action_with_a_signed_request(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    async def talk(stream: Stream) -> None:
        await stream.next("media")

    telephone, call = await connected(carrier, app, talk)
    ended = await telephone.event("ended")

    assert ended["reason"] == "end-of-twiml"
    (after,) = app.at("/after")
    assert after.genuine
    assert after.fields["CallSid"] == call
    assert after.fields["CallStatus"] == "in-progress"
    assert after.fields["StreamSid"] == app.streams[0].sid
    assert "StreamErrorCode" not in after.fields


async def test_an_application_that_breaks_is_told_to_the_action(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    async def talk(stream: Stream) -> None:
        await stream.socket.close(code=1011)

    telephone, _ = await connected(carrier, app, talk)
    await telephone.event("ended")

    assert app.at("/after")[0].fields["StreamErrorCode"] == "31921"


async def test_without_an_action_the_next_verb_follows(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect><Say>Goodbye now</Say>')

    async def talk(stream: Stream) -> None:
        await stream.next("media")

    app.talk = talk
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    (said,) = [e for e in await carrier.journal(call) if e["event"] == "say"]
    assert said["text"] == "Goodbye now"
    assert len(telephone.frames) == 18  # two beeps of 180 ms: one a word


async def test_a_socket_that_refuses_leads_to_the_action(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    url = app.media_url.replace("/media", "/nowhere")
    app.twiml("/voice", f'<Connect action="/after"><Stream url="{url}"/></Connect>')
    app.twiml("/after", "<Hangup/>")
    telephone = await carrier.telephone()
    await telephone.dial()
    await telephone.event("answered")
    await telephone.event("ended")

    (after,) = app.at("/after")
    assert after.fields["StreamErrorCode"] == "31920"
