"""Media-stream messages are read strictly and never quoted in errors."""

import base64

import orjson
import pytest

from realtime.bridge import twilio_protocol as protocol

pytestmark = pytest.mark.unit

START = {
    "event": "start",
    "streamSid": "MZ1",
    "start": {
        "streamSid": "MZ1",
        "callSid": "CA1",
        "accountSid": "AC1",
        "customParameters": {"ticket": "t"},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    },
}


def test_a_start_message_names_stream_call_and_parameters() -> None:
    start = protocol.parse(orjson.dumps(START))

    assert start == protocol.Start(
        stream_sid="MZ1", call_sid="CA1", account_sid="AC1", parameters={"ticket": "t"}
    )


def test_media_numbers_are_strings_and_the_payload_base64() -> None:
    payload = base64.b64encode(b"\x00\xff").decode()
    text = orjson.dumps({"event": "media", "media": {"timestamp": "40", "payload": payload}})

    assert protocol.parse(text) == protocol.Media(b"\x00\xff", 40)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '"media"',
        '{"event":"media"}',
        '{"event":"media","media":{"timestamp":"x","payload":""}}',
        '{"event":"media","media":{"timestamp":"1","payload":"***"}}',
        '{"event":"media","media":{"timestamp":"1","payload":7}}',
        '{"event":"media","media":null}',
        '{"event":"dtmf","dtmf":{"digit":"12"}}',
        '{"event":"mark","mark":[]}',
        '{"event":"nonsense"}',
        '{"no":"event"}',
        "\x00\xff",
    ],
)
def test_rubbish_is_a_protocol_error(text: str) -> None:
    with pytest.raises(protocol.ProtocolError):
        protocol.parse(text)


def test_another_encoding_than_mono_mulaw_at_8_khz_is_refused() -> None:
    start = orjson.loads(orjson.dumps(START))
    start["start"]["mediaFormat"]["encoding"] = "audio/l16"

    with pytest.raises(protocol.ProtocolError, match="media format"):
        protocol.parse(orjson.dumps(start))


def test_written_messages_are_json_with_the_stream_in_them() -> None:
    writer = protocol.Writer('MZ"1')

    assert orjson.loads(writer.media(b"ab")) == {
        "event": "media",
        "streamSid": 'MZ"1',
        "media": {"payload": "YWI="},
    }
    assert orjson.loads(writer.mark("s1"))["mark"] == {"name": "s1"}
    assert orjson.loads(writer.clear)["event"] == "clear"
