"""The dialogue of a call that goes on: every turn once, in spite of an API that stumbles."""

import asyncio
import io
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

from infra.local.cli.demo.dialogue import Dialogue
from infra.local.cli.records import ControlPlane
from infra.local.cli.stack_file import Stack

pytestmark = pytest.mark.integration

CALL = "0193f3a2-0000-7000-8000-000000000001"


@dataclass(kw_only=True)
class LiveCall:
    """A call whose record grows; `failures` answers are errors first."""

    url: str = ""
    known: bool = False
    failures: int = 0
    turns: list[dict[str, Any]] = field(default_factory=list)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, role: str, text: str) -> None:
        number = len(self.turns)
        at = f"2026-11-21T10:00:{number:02}Z"
        self.turns.append(
            {"turn": number, "role": role, "text": text, "started_at": at, "audio_ms": 61_000}
        )

    async def list(self, _: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": CALL}] if self.known else [], "meta": {}})

    async def get(self, _: web.Request) -> web.Response:
        return web.json_response({"data": {"id": CALL, "status": "in_progress"}, "meta": {}})

    async def transcript(self, _: web.Request) -> web.Response:
        self.looked.set()
        if self.failures:
            self.failures -= 1
            return web.json_response({"error": {"code": "SRV_UNAVAILABLE"}}, status=503)
        return web.json_response({"data": self.turns, "meta": {}})


@pytest.fixture
async def live() -> AsyncGenerator[LiveCall]:
    call = LiveCall()
    app = web.Application()
    app.router.add_get("/api/v1/calls", call.list)
    app.router.add_get(f"/api/v1/calls/{CALL}", call.get)
    app.router.add_get(f"/api/v1/calls/{CALL}/transcript", call.transcript)
    async with TestServer(app, host="127.0.0.1") as running:
        call.url = str(running.make_url("")).rstrip("/")
        yield call


def stack(url: str) -> Stack:
    return Stack(api_url=url, twilio_ws_url="ws://127.0.0.1:9/phone", users=(), numbers=())


async def test_each_turn_is_printed_once_as_the_record_gets_it(live: LiveCall) -> None:
    out = io.StringIO()
    async with ControlPlane(stack(live.url)) as plane:
        dialogue = Dialogue(plane, Console(file=out, width=60))

        await dialogue.catch_up("CA1")  # not known yet
        live.known = True
        live.say("agent", "Hello, this is [Ava].")
        await dialogue.catch_up("CA1")
        live.say("caller", "Hi.")
        await dialogue.catch_up("CA1")
        await dialogue.catch_up("CA1")

    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["1:01", "agent", "Hello,", "this", "is", "[Ava]."],
        ["1:01", "caller", "Hi."],
    ]


async def test_an_answer_that_fails_is_asked_for_again(live: LiveCall) -> None:
    out = io.StringIO()
    live.known, live.failures = True, 1
    live.say("agent", "Hello.")
    async with ControlPlane(stack(live.url)) as plane:
        following = asyncio.create_task(Dialogue(plane, Console(file=out)).follow("CA1"))
        async with asyncio.timeout(5):
            while "Hello." not in out.getvalue():
                live.looked.clear()
                await live.looked.wait()
                await asyncio.sleep(0)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert out.getvalue().count("Hello.") == 1
