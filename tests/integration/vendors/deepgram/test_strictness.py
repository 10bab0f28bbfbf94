"""What the Deepgram-compatible server refuses, and how: product code meets no other Deepgram."""

import asyncio
import json
from typing import Any

import aiohttp
import httpx
import pytest
from deepgram.core.api_error import ApiError
from deepgram.speak.v1.types import SpeakV1Text
from websockets.exceptions import ConnectionClosedError

from tests.fixtures.deepgram_server import DeepgramServer
from tests.integration.vendors.deepgram.conversation import (
    hear,
    listening,
    send_text,
    silence,
    speaking,
    until,
)

pytestmark = pytest.mark.integration

LISTEN = {"model": "nova-3", "encoding": "mulaw", "sample_rate": "8000"}
SPEAK = {"model": "aura-2-thalia-en", "encoding": "linear16", "sample_rate": "8000"}
KEY = {"Authorization": "Token test-key"}


def refusal(
    server: DeepgramServer, path: str, params: dict[str, str], headers: dict[str, str]
) -> tuple[int, dict[str, str]]:
    answer = httpx.get(f"{server.origin}{path}", params=params, headers=headers)
    assert answer.headers["dg-request-id"] == answer.json()["request_id"]
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"interim": "true"}, "interim is not known"),
        ({"diarize": "true"}, "diarize is not offered"),
        ({"model": "nova-9"}, "No such model/language/tier combination found."),
        ({"language": "de"}, "No such model/language/tier combination found."),
        ({"model": "nova-2", "keyterm": "Acme"}, "Keyterms are only supported for Nova-3."),
        ({"encoding": None}, "encoding and sample_rate are needed"),
        ({"encoding": "pcm"}, "Unknown encoding 'pcm'"),
        ({"encoding": "opus"}, "opus is not offered"),
        ({"sample_rate": None}, "sample_rate is needed"),
        ({"sample_rate": "44100"}, "44100 is not offered"),
        ({"sample_rate": "8k"}, "sample_rate must be a whole number"),
        ({"channels": "2"}, "one channel"),
        ({"interim_results": "True"}, "interim_results must be true or false"),
        ({"endpointing": "-1"}, "endpointing must be a whole number"),
        ({"utterance_end_ms": "1000"}, "utterance_end_ms needs interim_results=true"),
        ({"utterance_end_ms": "500", "interim_results": "true"}, "between 1000 and 5000"),
    ],
)
def test_listen_refuses_what_deepgram_refuses(
    instant_deepgram: DeepgramServer, change: dict[str, str | None], message: str
) -> None:
    params = {name: value for name, value in (LISTEN | change).items() if value is not None}

    status, body = refusal(instant_deepgram, "/v1/listen", params, KEY)

    assert status == 400
    assert body["err_code"] == "Bad Request"
    assert message in body["err_msg"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"voice": "thalia"}, "voice is not known"),
        ({"speed": "1.2"}, "speed is not offered"),
        ({"model": "aura-9-nobody-en"}, "No such model/version combination found."),
        ({"encoding": "opus"}, "Unknown encoding 'opus'"),
        ({"encoding": "alaw"}, "alaw is not offered"),
        ({"sample_rate": "11025"}, "Unsupported sample_rate 11025"),
        ({"encoding": "mulaw", "sample_rate": "24000"}, "Unsupported sample_rate 24000"),
        ({"container": "wav"}, "no container"),
    ],
)
def test_speak_refuses_what_deepgram_refuses(
    instant_deepgram: DeepgramServer, change: dict[str, str], message: str
) -> None:
    status, body = refusal(instant_deepgram, "/v1/speak", SPEAK | change, KEY)

    assert status == 400
    assert message in body["err_msg"]


@pytest.mark.parametrize("path", ["/v1/listen", "/v1/speak"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Token"}, {"Authorization": "Token invalid-1"}, {"token": "test-key"}],
)
def test_a_wrong_key_is_unauthorised(
    instant_deepgram: DeepgramServer, path: str, headers: dict[str, str]
) -> None:
    params = LISTEN if path == "/v1/listen" else SPEAK

    status, body = refusal(instant_deepgram, path, params, headers)

    assert status == 401
    assert body["err_code"] == "INVALID_AUTH"
    assert body["err_msg"] == "Invalid credentials."


async def test_the_sdk_sees_a_wrong_key_as_401(instant_deepgram: DeepgramServer) -> None:
    connect: Any = instant_deepgram.client("invalid").listen.v1.connect

    with pytest.raises(ApiError) as error:
        async with connect(**LISTEN):
            pass

    assert error.value.status_code == 401


async def test_silence_on_the_wire_ends_in_a_summary_and_net_0001(
    instant_deepgram: DeepgramServer,
) -> None:
    async with listening(instant_deepgram) as socket:
        summary = await socket.recv()
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()

    assert summary.type == "Metadata"
    assert summary.sha256 == "incomplete"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1011
    assert closed.value.rcvd.reason.startswith("Deepgram did not receive audio data")


async def test_keep_alive_keeps_the_stream_open(instant_deepgram: DeepgramServer) -> None:
    async with listening(instant_deepgram) as socket:
        for _ in range(8):  # of 0.2 s: more than twice the limit
            await asyncio.sleep(0.2)
            await socket.send_keep_alive()
        await socket.send_close_stream()
        messages = [message async for message in socket]

    assert [message.type for message in messages] == ["Metadata"]


@pytest.mark.parametrize("text", ["hello", "[1]", '{"type": "KeepAlive "}', "{}"])
async def test_an_unknown_text_message_to_listen_is_a_schema_error(
    instant_deepgram: DeepgramServer, text: str
) -> None:
    async with listening(instant_deepgram) as socket:
        await send_text(socket, text)
        error = await socket.recv()
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()

    assert error.type == "Error"
    assert error.variant == "SchemaError"
    assert error.description.startswith("Could not deserialize last text message")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_an_empty_audio_message_ends_the_stream(instant_deepgram: DeepgramServer) -> None:
    async with listening(instant_deepgram) as socket:
        await socket.send_media(silence(0.1))
        await socket.send_media(b"")
        messages = [message async for message in socket]

    assert [message.type for message in messages] == ["Metadata"]


@pytest.mark.parametrize(
    ("frame", "code", "close_code"),
    [
        ("hello", "DATA-0000", 1008),
        ('{"type": "Speak"}', "DATA-0000", 1008),
        ('{"type": "Shout", "text": "Hello"}', "DATA-0000", 1008),
        (json.dumps({"type": "Speak", "text": "a" * 2001}), "BIG-0000", 1009),
        (b"hello", "MESSAGE-0000", 1003),
    ],
)
async def test_a_wrong_message_to_speak_is_named_and_closes(
    instant_deepgram: DeepgramServer, frame: str | bytes, code: str, close_code: int
) -> None:
    url = f"{instant_deepgram.ws_origin}/v1/speak"
    async with (
        aiohttp.ClientSession(headers=KEY) as session,
        session.ws_connect(url, params=SPEAK) as socket,
    ):
        assert (await socket.receive_json())["type"] == "Metadata"
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        error = await socket.receive_json()
        await socket.receive()

        assert (error["type"], error["code"]) == ("Error", code)
        assert socket.close_code == close_code


async def test_the_twenty_first_flush_within_a_minute_is_refused(
    instant_deepgram: DeepgramServer,
) -> None:
    async with speaking(instant_deepgram) as socket:
        await until(socket, "Metadata")
        for _ in range(21):
            await socket.send_flush()
        answers = [await socket.recv() for _ in range(21)]
        await socket.send_text(SpeakV1Text(text="Hello. "))
        assert isinstance(await socket.recv(), bytes)

    kinds = [answer.type for answer in answers]
    assert kinds.count("Flushed") == 20
    warning = answers[kinds.index("Warning")]
    assert warning.code == "EXCESSIVE_FLUSH"


@pytest.mark.parametrize(("path", "params"), [("/v1/listen", LISTEN), ("/v1/speak", SPEAK)])
async def test_compression_is_declined(
    instant_deepgram: DeepgramServer, path: str, params: dict[str, str]
) -> None:
    async with (
        aiohttp.ClientSession(headers=KEY) as session,
        session.ws_connect(
            f"{instant_deepgram.ws_origin}{path}", params=params, compress=15
        ) as socket,
    ):
        assert socket.compress == 0


async def test_an_instant_server_answers_without_models(instant_deepgram: DeepgramServer) -> None:
    async with speaking(instant_deepgram) as socket:
        await socket.send_text(SpeakV1Text(text="Good morning."))
        await socket.send_flush()
        tone = (await until(socket, "Flushed")).audio

    messages = await hear(instant_deepgram, tone + silence(1), speed=50)

    finals = [message for message in messages if message.type == "Results" and message.is_final]
    assert len(tone) == len("Good morning.") * 60 * 8
    assert finals[0].channel.alternatives[0].transcript == "What time do you close on Saturday?"
