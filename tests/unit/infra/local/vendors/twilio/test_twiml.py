"""TwiML read into verbs: what `twilio`'s own writer makes, URLs resolved, Twilio's defaults."""

import pytest
from twilio.twiml.voice_response import Connect as ConnectWriter
from twilio.twiml.voice_response import Dial as DialWriter
from twilio.twiml.voice_response import Stream as StreamWriter
from twilio.twiml.voice_response import VoiceResponse

from infra.local.vendors.twilio.errors import CallError
from infra.local.vendors.twilio.model import Target
from infra.local.vendors.twilio.twiml import (
    Callee,
    Connect,
    Dial,
    Hangup,
    Pause,
    Redirect,
    Reject,
    Say,
)
from infra.local.vendors.twilio.twiml_reader import parse

pytestmark = pytest.mark.unit

URL = "https://api.example.com/webhooks/voice"


def test_a_stream_with_parameters_and_an_action() -> None:
    response = VoiceResponse()
    connect = ConnectWriter(action="/after", method="GET")
    stream = connect.stream(url="wss://voice.example.com/media", name="call")
    assert isinstance(stream, StreamWriter)
    stream.parameter(name="ticket", value="a&b")
    response.append(connect)

    assert parse(str(response).encode(), url=URL) == (
        Connect(
            url="wss://voice.example.com/media",
            name="call",
            parameters={"ticket": "a&b"},
            status_callback=None,
            action=Target(url="https://api.example.com/after", method="GET"),
        ),
    )


def test_a_dial_of_two_numbers() -> None:
    response = VoiceResponse()
    dial = DialWriter(caller_id="+14155550100", timeout=20, action="after")
    dial.number("+14155550142", status_callback="/leg", status_callback_event="answered completed")
    dial.number("+14155550143")
    response.append(dial)

    (verb,) = parse(str(response).encode(), url=URL)

    leg = Target(url="https://api.example.com/leg")
    assert verb == Dial(
        callees=(
            Callee(
                number="+14155550142",
                status_callback=leg,
                events=frozenset({"answered", "completed"}),
            ),
            Callee(number="+14155550143", status_callback=None, events=frozenset({"completed"})),
        ),
        caller_id="+14155550100",
        timeout=20,
        time_limit=14_400,
        action=Target(url="https://api.example.com/webhooks/after"),
    )


def test_the_other_verbs_and_their_defaults() -> None:
    response = VoiceResponse()
    response.say("Good\n  morning")
    response.pause()
    response.redirect("https://other.example.com/next", method="GET")
    response.reject()
    response.hangup()

    assert parse(str(response).encode(), url=URL) == (
        Say(text="Good morning", voice="man", language="en-US", loop=1),
        Pause(length=1),
        Redirect(target=Target(url="https://other.example.com/next", method="GET")),
        Reject(reason="rejected"),
        Hangup(),
    )


def test_an_empty_response_holds_no_verb() -> None:
    assert parse(b"<Response/>", url=URL) == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<Dial timeout="0">+14155550142</Dial>', 12200),
        ('<Dial method="PUT">+14155550142</Dial>', 12200),
        ("<Dial>+14155550142<Number>+14155550143</Number></Dial>", 12200),
        ("<Dial/>", 12200),
        ("<Dial><Number>+1</Number></Dial>", 13224),
        ('<Pause length="-1"/>', 12200),
        ('<Reject reason="tired"/>', 12200),
        ("<Redirect>mailto:a@example.com</Redirect>", 12200),
        ("<Hangup>now</Hangup>", 12200),
        ('<Connect><Stream url="wss://a/b" track="both_tracks"/></Connect>', 12200),
        ('<Connect><Stream url="wss:///b"/></Connect>', 31923),
        ('<Connect><Stream url="wss://a/b#c"/></Connect>', 31923),
        ('<Connect><Stream url=""/></Connect>', 31922),
        ('<Connect><Stream url="wss://a/b"><Parameter name="x"/></Stream></Connect>', 12200),
    ],
)
def test_what_a_verb_may_not_hold_is_refused(body: str, code: int) -> None:
    with pytest.raises(CallError) as refused:
        parse(f"<Response>{body}</Response>".encode(), url=URL)

    assert refused.value.code == code
    assert refused.value.url == URL


@pytest.mark.parametrize("host", ["127.0.0.1:8", "localhost", "[::1]:8"])
def test_loopback_alone_may_stream_without_tls(host: str) -> None:
    body = f'<Response><Connect><Stream url="ws://{host}/media"/></Connect></Response>'

    (verb,) = parse(body.encode(), url=URL)

    assert isinstance(verb, Connect)
    assert verb.url == f"ws://{host}/media"
