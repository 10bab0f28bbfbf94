"""Faults on request: each kind, at each place, for the one call it was armed for."""

import asyncio
import time

import httpx
import pytest
from deepgram.core.api_error import ApiError
from deepgram.speak.v1.types import SpeakV1Text
from websockets.exceptions import ConnectionClosedError, InvalidMessage

from tests.fixtures.deepgram_server import DeepgramServer
from tests.integration.vendors.deepgram.conversation import (
    hear,
    listening,
    new_call,
    results,
    say,
    send,
    silence,
    speaking,
    until,
)

pytestmark = pytest.mark.integration

TEXT = "Hello there. Good morning. "  # two pieces: two chunks of audio


@pytest.fixture
def server(instant_deepgram: DeepgramServer) -> DeepgramServer:
    return instant_deepgram


async def speech(server: DeepgramServer) -> bytes:
    return (await say(server, "Good morning.")).audio


@pytest.mark.parametrize("status", [429, 503])
async def test_an_error_at_accept_is_an_http_status(server: DeepgramServer, status: int) -> None:
    call = new_call()
    server.arm(call, "error", "accept", status=status)

    with pytest.raises(ApiError) as error:
        async with listening(server, call=call):
            pass

    assert error.value.status_code == status


async def test_a_drop_at_accept_cuts_the_connection(server: DeepgramServer) -> None:
    call = new_call()
    server.arm(call, "drop", "accept")

    with pytest.raises((InvalidMessage, ConnectionError, EOFError)):
        async with speaking(server, call=call):
            pass


async def test_a_delay_at_accept_only_delays(server: DeepgramServer) -> None:
    call = new_call()
    server.arm(call, "delay", "accept", ms=300)

    start = time.monotonic()
    async with speaking(server, call=call) as socket:
        assert (await socket.recv()).type == "Metadata"

    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize("at", ["first", "middle", "end"])
async def test_an_error_in_a_reply_is_said_and_closes(server: DeepgramServer, at: str) -> None:
    call = new_call()
    server.arm(call, "error", at)

    with pytest.raises(ConnectionClosedError) as closed:
        await say(server, TEXT, call=call)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1011


@pytest.mark.parametrize("at", ["first", "end"])
async def test_a_transcript_dropped_cuts_the_connection(server: DeepgramServer, at: str) -> None:
    call = new_call()
    audio = await speech(server)
    server.arm(call, "drop", at)

    with pytest.raises(ConnectionClosedError) as closed:
        await hear(server, audio + silence(1), call=call, speed=50)

    assert closed.value.rcvd is None


async def test_a_stalled_stream_stays_open_and_silent(server: DeepgramServer) -> None:
    call = new_call()
    audio = await speech(server)
    server.arm(call, "stall", "first")
    async with listening(server, call=call) as socket:
        await send(socket, audio + silence(0.5), speed=50)

        for _ in range(3):
            await socket.send_keep_alive()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await socket.recv()


async def test_a_stall_can_pass(server: DeepgramServer) -> None:
    call = new_call()
    server.arm(call, "stall", "end", ms=200)

    assert (await say(server, TEXT, call=call)).messages[-1].type == "Flushed"


async def test_a_duplicated_final_comes_twice(server: DeepgramServer) -> None:
    call = new_call()
    audio = await speech(server)
    server.arm(call, "duplicate", "end")

    messages = results(await hear(server, audio + silence(1), call=call, speed=50))

    finals = [message for message in messages if message.speech_final]
    assert len(finals) == 2
    assert finals[0] == finals[1]


async def test_reordered_audio_swaps_two_chunks(server: DeepgramServer) -> None:
    call = new_call()
    usual = (await say(server, TEXT)).chunks
    server.arm(call, "reorder", "first")

    swapped = (await say(server, TEXT, call=call)).chunks

    assert len(usual) >= 2
    assert swapped == [usual[1], usual[0], *usual[2:]]


async def test_a_clear_ends_a_stall_for_ever(server: DeepgramServer) -> None:
    call = new_call()
    server.arm(call, "stall", "first")
    async with speaking(server, call=call) as socket:
        await socket.send_text(SpeakV1Text(text=TEXT))
        await server.until_struck(call)
        await socket.send_clear()
        assert (await until(socket, "Cleared")).audio == b""

        await socket.send_text(SpeakV1Text(text=TEXT))
        await socket.send_flush()
        assert (await until(socket, "Flushed")).audio


async def test_a_fault_strikes_its_own_call_as_often_as_armed(server: DeepgramServer) -> None:
    call = new_call()
    server.arm(call, "error", "first", times=2)

    await say(server, TEXT, call=new_call())
    for _ in range(2):
        with pytest.raises(ConnectionClosedError):
            await say(server, TEXT, call=call)
    await say(server, TEXT, call=call)

    struck = [entry for entry in server.journal(call) if entry["event"] == "fault"]
    assert [entry["kind"] for entry in struck] == ["error", "error"]


async def test_a_disarmed_fault_strikes_no_more(server: DeepgramServer) -> None:
    call = new_call()
    server.disarm(server.arm(call, "error", "first"))

    await say(server, TEXT, call=call)


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"match": {}, "kind": "drop"},
        {"match": {"route": "/v1/speak"}, "kind": "drop"},
        {"match": {"call": "a"}, "kind": "explode"},
        {"match": {"call": "a"}, "kind": "drop", "at": "last"},
        {"match": {"call": "a"}, "kind": "drop", "times": 0},
        {"match": {"call": "a", "tenant": "b"}, "kind": "drop"},
    ],
)
def test_a_malformed_fault_is_refused(server: DeepgramServer, order: dict[str, object]) -> None:
    assert httpx.post(f"{server.origin}/faults", json=order).status_code == 400
