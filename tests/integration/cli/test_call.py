"""`aiconnected call` as a command: its JSON, its joining with the stored record, its errors."""

import json
import wave
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from jsonschema import Draft202012Validator

from tests.fixtures.carrier import PRACTICE, ApplicationUnderTest, Carrier
from tests.fixtures.command import aiconnected
from tests.fixtures.receptionist import Receptionist

pytestmark = pytest.mark.integration

SCHEMA = json.loads(Path("infra/local/schemas/call.json").read_text(encoding="utf-8"))
CALL_ID = "0193f3a2-0000-7000-8000-000000000001"
USER = {
    "email": "owner@brightwater.example",
    "password": "demo",
    "role": "tenant_admin",
    "agency": "northstar",
    "tenant": "brightwater",
}


@dataclass(kw_only=True)
class StoredCalls:
    """The control plane's documented answers about one call, finished at the second look."""

    url: str = ""
    looks: int = 0
    turns: list[dict[str, Any]] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)

    async def login(self, request: web.Request) -> web.Response:
        assert (await request.json())["email"] == USER["email"]
        return web.json_response({"data": {"access_token": "t-1"}, "meta": {}})

    async def list(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer t-1"
        self.asked_for.append(request.query["external_call_id"])
        return web.json_response({"data": [{"id": CALL_ID}], "meta": {}})

    async def get(self, _: web.Request) -> web.Response:
        self.looks += 1
        call: dict[str, Any] = {"id": CALL_ID, "status": "completed", "outcome": "answered"}
        if self.looks > 1:
            call |= {
                "finalised_at": datetime.now(UTC).isoformat(),
                "cost": {"micros": 2100, "currency": "USD"},
                "price": {"micros": 5000, "currency": "USD"},
            }
        return web.json_response({"data": call, "meta": {}})

    async def transcript(self, _: web.Request) -> web.Response:
        return web.json_response({"data": self.turns, "meta": {}})

    async def events(self, _: web.Request) -> web.Response:
        called = {"name": "book_appointment", "ok": True, "code": "", "duration_ms": 3.0}
        event = {"at": datetime.now(UTC).isoformat(), "type": "tool.called", "body": called}
        return web.json_response({"data": [event, event | {"type": "leg.ended"}], "meta": {}})

    async def recording(self, _: web.Request) -> web.Response:
        return web.json_response({"data": {"url": "http://127.0.0.1/r.wav"}, "meta": {}})


@pytest.fixture
async def plane() -> AsyncGenerator[StoredCalls]:
    stored = StoredCalls()
    app = web.Application()
    app.router.add_post("/api/v1/auth/login", stored.login)
    app.router.add_get("/api/v1/calls", stored.list)
    app.router.add_get(f"/api/v1/calls/{CALL_ID}", stored.get)
    app.router.add_get(f"/api/v1/calls/{CALL_ID}/transcript", stored.transcript)
    app.router.add_get(f"/api/v1/calls/{CALL_ID}/events", stored.events)
    app.router.add_get(f"/api/v1/calls/{CALL_ID}/recording", stored.recording)
    async with TestServer(app, host="127.0.0.1") as running:
        stored.url = str(running.make_url("")).rstrip("/")
        yield stored


@pytest.fixture
def stack_file(tmp_path: Path, carrier: Carrier, plane: StoredCalls) -> Path:
    path = tmp_path / "stack.json"
    stack = {
        "api_url": plane.url,
        "twilio_ws_url": f"{carrier.url.replace('http', 'ws', 1)}/phone",
        "users": [USER],
        "numbers": [{"number": PRACTICE, "tenant": "brightwater"}],
        "vendors": {},
    }
    path.write_text(json.dumps(stack), encoding="utf-8")
    return path


@pytest.fixture
def question(tmp_path: Path) -> Path:
    """A stereo WAV of 24 bits at 16 kHz: 0.4 s of tone between silences."""
    path = tmp_path / "question.wav"
    at = np.arange(6400) / 16000
    spoken = np.concatenate([np.zeros(1600), 0.3 * np.sin(2 * np.pi * 440 * at), np.zeros(4800)])
    wide = (np.repeat(spoken, 2) * 2**31).astype("<i4").view(np.uint8).reshape(-1, 4)[:, 1:]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(3)
        file.setframerate(16000)
        file.writeframes(wide.tobytes())
    return path


async def test_a_call_is_measured_joined_with_its_record_and_printed_as_json(
    app: ApplicationUnderTest,
    plane: StoredCalls,
    stack_file: Path,
    question: Path,
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    agent = Receptionist(patience_ms=200)
    app.talk = agent
    # Stored as if the call began a little ago: before the first utterance, so all is greeting.
    began = datetime.now(UTC) - timedelta(minutes=1)
    plane.turns = [
        {"role": "agent", "speech": "greeting", "text": "Hello.", "started_at": began.isoformat()}
    ]
    heard = question.with_name("heard.wav")

    ran = await aiconnected(
        *("call", "--to", PRACTICE, "--audio", question, "--audio", question),
        *("--record", heard, "--json", "--stack", stack_file),
    )

    assert ran.code == 0, ran.err
    result = json.loads(ran.out)
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        result
    )
    assert result["call_id"] == CALL_ID
    assert result["outcome"] == "answered"
    assert result["end_reason"] == "caller-hangup"
    assert result["greeting"]["text"] == "Hello."
    assert [turn["utterance"] for turn in result["turns"]] == ["question", "question"]
    assert all(turn["heard_after_ms"] > 150 for turn in result["turns"])
    assert result["cost"] == {
        "cost": {"micros": 2100, "currency": "USD"},
        "price": {"micros": 5000, "currency": "USD"},
        "margin": {"micros": 2900, "currency": "USD"},
        "components": [],
    }
    assert [len(turn["tools"]) for turn in result["turns"]] == [0, 1]
    assert result["recording"] == "http://127.0.0.1/r.wav"
    assert set(plane.asked_for) == {result["external_call_id"]}
    assert plane.looks == 2
    assert [380 <= ms <= 420 for ms in agent.heard_ms] == [True, True]
    with wave.open(str(heard)) as file:
        assert file.getnchannels() == 2
        assert abs(file.getnframes() / 8 - result["duration_ms"]) < 500


async def test_a_person_reads_the_dialogue_and_the_waterfall(
    carrier: Carrier, app: ApplicationUnderTest, stack_file: Path, question: Path
) -> None:
    app.twiml("/voice", '<Connect><Stream url="{media}"/></Connect>')
    app.talk = Receptionist()

    ran = await aiconnected("call", "--to", PRACTICE, "--audio", question, "--stack", stack_file)

    assert ran.code == 0
    assert "caller question" in ran.out
    assert "margin: $0.0029" in ran.out
    assert "underruns" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "555"), "not a number in international form"),
        (("--to", PRACTICE, "--from", "me"), "not a number in international form"),
        (("--to", PRACTICE, "--audio", "nothing.wav"), "No such file"),
        (("--to", PRACTICE, "--audio", __file__), "not a PCM WAV file"),
        (("--to", PRACTICE, "--say", "Hello"), "names no deepgram server"),
        (("--to", "+14155550777"), "unallocated-number"),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_line(
    stack_file: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = await aiconnected("call", *arguments, "--stack", stack_file)

    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


async def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    ran = await aiconnected("call", "--to", PRACTICE, "--stack", tmp_path / "none.json")

    assert ran.code == 2
    assert "make up" in ran.err
