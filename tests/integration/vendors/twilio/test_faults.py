"""Faults of the media socket, injected frames, and the server as a process of its own."""

import asyncio
import base64
import json
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.fixtures.carrier import (
    ACCOUNT,
    MOBILE,
    PRACTICE,
    ApplicationUnderTest,
    BareTelephone,
    Carrier,
    Stream,
)

pytestmark = pytest.mark.integration


async def streaming(
    carrier: Carrier, app: ApplicationUnderTest, fault: dict[str, object]
) -> tuple[BareTelephone, str]:
    """A call whose stream the application only reads, to the end."""
    app.twiml("/voice", '<Connect action="/after"><Stream url="{media}"/></Connect>')
    app.twiml("/after", "<Hangup/>")

    async def read(stream: Stream) -> None:
        while True:
            await stream.next("media")

    app.talk = read
    await carrier.fault(match={"api_key": MOBILE, "route": "/media"}, **fault)
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    return telephone, call


def numbers(stream: Stream) -> list[int]:
    media = [m for m in stream.messages if m["event"] == "media"]
    return [int(message["sequenceNumber"]) for message in media]


async def test_a_dropped_media_socket_leads_to_the_action(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone, call = await streaming(carrier, app, {"kind": "drop", "at": "middle"})
    ended = await telephone.event("ended")

    assert ended["reason"] == "twiml-hangup"
    assert len(numbers(app.streams[0])) == 49
    assert all(message["event"] != "stop" for message in app.streams[0].messages)
    assert app.at("/after")[0].fields["StreamErrorCode"] == "31921"
    assert "media.lost" in await carrier.events(call)


async def test_a_stalled_media_socket_stays_open_and_silent(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    telephone, _ = await streaming(carrier, app, {"kind": "stall", "at": "first", "ms": 0})
    await asyncio.sleep(0.4)

    assert numbers(app.streams[0]) == []
    assert not app.streams[0].socket.closed
    await telephone.command(hangup=True)
    await telephone.event("ended")


@pytest.mark.parametrize(("kind", "expected"), [("duplicate", [2, 2, 3]), ("reorder", [3, 2, 4])])
async def test_media_messages_are_doubled_and_swapped(
    carrier: Carrier, app: ApplicationUnderTest, kind: str, expected: list[int]
) -> None:
    telephone, _ = await streaming(carrier, app, {"kind": kind, "at": "first"})
    await asyncio.sleep(0.3)
    await telephone.command(hangup=True)
    await telephone.event("ended")

    assert numbers(app.streams[0])[:3] == expected


async def test_a_media_socket_can_be_forged(carrier: Carrier, app: ApplicationUnderTest) -> None:
    telephone, _ = await streaming(carrier, app, {"kind": "error", "at": "accept"})
    await asyncio.sleep(0.2)
    await telephone.command(hangup=True)
    await telephone.event("ended")

    assert not app.streams[0].genuine


async def test_a_media_socket_can_be_refused(carrier: Carrier, app: ApplicationUnderTest) -> None:
    telephone, _ = await streaming(carrier, app, {"kind": "drop", "at": "accept"})
    await telephone.event("ended")

    assert app.streams == []
    assert app.at("/after")[0].fields["StreamErrorCode"] == "31920"


async def test_raw_frames_are_injected_into_the_media_socket(
    carrier: Carrier, app: ApplicationUnderTest
) -> None:
    got: list[str | bytes] = []
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    done = asyncio.Event()

    async def read(stream: Stream) -> None:
        async for message in stream.socket:
            if message.type is aiohttp.WSMsgType.BINARY or not message.data.startswith('{"event'):
                got.append(message.data)
            if len(got) == 4:
                done.set()

    app.talk = read
    telephone = await carrier.telephone()
    call = await telephone.dial()
    await telephone.event("answered")
    await asyncio.sleep(0.1)
    binary = base64.b64encode(b"\x00\x01").decode()

    assert (await carrier.post("/inject", call_sid=call, text="{broken", count=3)).status == 204
    assert (await carrier.post("/inject", call_sid=call, binary_base64=binary)).status == 204
    await asyncio.wait_for(done.wait(), 5)
    assert got == ["{broken"] * 3 + [b"\x00\x01"]
    assert (await carrier.post("/inject", call_sid=call)).status == 400
    assert (await carrier.post("/inject", call_sid="CA0", text="x")).status == 409
    await telephone.command(hangup=True)
    await telephone.event("ended")


async def test_the_server_runs_as_a_process_and_ends_on_sigterm(
    app: ApplicationUnderTest, tmp_path: Path
) -> None:
    numbers_file = tmp_path / "numbers.json"
    entry = [{"phone_number": PRACTICE, "voice_url": f"{app.url}/voice"}]
    numbers_file.write_text(json.dumps(entry), encoding="utf-8")
    app.twiml("/voice", "<Hangup/>")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "infra.local.vendors.twilio", "--port", "0"),
        *("--account-sid", ACCOUNT.sid, "--auth-token", ACCOUNT.auth_token),
        *("--numbers", str(numbers_file)),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    line = json.loads(await process.stderr.readline())
    url = f"http://{line['host']}:{line['port']}"
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{url}/health") as response:
            assert await response.json() == {"status": "ok"}
        async with http.ws_connect(f"{url}/phone") as socket:
            telephone = BareTelephone(socket)
            await telephone.dial()
            await telephone.event("answered")
            assert (await telephone.event("ended"))["reason"] == "twiml-hangup"
            await telephone.close()

    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
