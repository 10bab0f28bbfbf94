"""TwiML, held against what the Twilio-compatible carrier takes."""

import pytest

from chalicelib.twilio import twiml
from infra.local.vendors.twilio.twiml import Connect, Dial, Hangup, Say
from infra.local.vendors.twilio.twiml_reader import parse

pytestmark = pytest.mark.unit

ACTION = "https://api.example.com/api/v1/webhooks/twilio/after"
ODD = '"Tom & Jerry\'s" <plumbing> – café'


def read(document: str) -> tuple[object, ...]:
    return parse(document.encode(), url=ACTION)


def test_a_stream_carries_its_ticket_and_says_who_is_asked_next() -> None:
    (connect,) = read(twiml.connect("wss://calls.example.com/ws", ticket="k.p.s", action=ACTION))

    assert isinstance(connect, Connect)
    assert connect.url == "wss://calls.example.com/ws"
    assert connect.parameters == {"ticket": "k.p.s"}
    assert connect.action is not None
    assert connect.action.url == ACTION


def test_a_telephone_is_dialled_for_the_caller() -> None:
    say, dial = read(twiml.dial("+12125550143", caller_id="+14155550123", action=ACTION, first=ODD))

    assert isinstance(say, Say)
    assert say.text == ODD
    assert isinstance(dial, Dial)
    assert [callee.number for callee in dial.callees] == ["+12125550143"]
    assert (dial.caller_id, dial.timeout) == ("+14155550123", twiml.RING_SECONDS)


def test_a_hidden_caller_is_dialled_for_without_a_number() -> None:
    (dial,) = read(twiml.dial("+12125550143", caller_id="", action=ACTION))

    assert isinstance(dial, Dial)
    assert dial.caller_id == ""


def test_a_call_ends_with_or_without_a_word() -> None:
    assert [type(verb) for verb in read(twiml.hang_up(last=ODD))] == [Say, Hangup]
    assert [type(verb) for verb in read(twiml.hang_up())] == [Hangup]
