"""`aiconnected ingest` as a command, over the control plane's documented answers."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fixtures.command import aiconnected

pytestmark = pytest.mark.integration

BASE = "0193f3a2-0000-7000-8000-00000000000b"
DOCUMENTS = f"/api/v1/knowledge-bases/{BASE}/documents"
ADMIN = {
    "email": "manager@brightwater.example",
    "password": "demo",
    "role": "tenant_admin",
    "agency": "northstar",
    "tenant": "brightwater-dental",
}


@dataclass(kw_only=True)
class Library:
    """Bases and documents; each document goes through `course`, one step a look."""

    url: str = ""
    course: tuple[str, ...] = ("pending", "processing", "ready")
    given: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0

    async def login(self, request: web.Request) -> web.Response:
        assert (await request.json())["email"] == ADMIN["email"]
        return web.json_response({"data": {"access_token": "t-1"}, "meta": {}})

    async def bases(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer t-1"
        other = {"id": "0193f3a2-0000-7000-8000-00000000000c", "is_default": False}
        return web.json_response({"data": [other, {"id": BASE, "is_default": True}], "meta": {}})

    async def add(self, request: web.Request) -> web.Response:
        self.given.append(await request.json())
        self.looks = 0
        return web.json_response({"data": self._document("pending"), "meta": {}}, status=202)

    async def get(self, _: web.Request) -> web.Response:
        status = self.course[min(self.looks, len(self.course) - 1)]
        self.looks += 1
        return web.json_response({"data": self._document(status), "meta": {}})

    def _document(self, status: str) -> dict[str, Any]:
        failed = status == "failed"
        return {
            "id": f"d-{len(self.given)}",
            "status": status,
            "chunk_count": 3 if status == "ready" else 0,
            "failure_reason": "The document holds no text." if failed else None,
        }


@pytest.fixture
async def library() -> AsyncGenerator[Library]:
    kept = Library()
    app = web.Application()
    app.router.add_post("/api/v1/auth/login", kept.login)
    app.router.add_get("/api/v1/knowledge-bases", kept.bases)
    app.router.add_post(DOCUMENTS, kept.add)
    app.router.add_get(f"{DOCUMENTS}/{{id}}", kept.get)
    async with TestServer(app, host="127.0.0.1") as running:
        kept.url = str(running.make_url("")).rstrip("/")
        yield kept


@pytest.fixture
def stack_file(tmp_path: Path, library: Library) -> Path:
    path = tmp_path / "stack.json"
    stack = {
        "api_url": library.url,
        "twilio_ws_url": "ws://127.0.0.1:9/phone",
        "users": [ADMIN | {"role": "tenant_user"}, ADMIN],
        "numbers": [{"number": "+12125550142", "tenant": "brightwater-dental"}],
    }
    path.write_text(json.dumps(stack), encoding="utf-8")
    return path


@pytest.fixture
def fees(tmp_path: Path) -> Path:
    path = tmp_path / "fees.md"
    path.write_text("# Our fees\n\nA cleaning costs $129.\n", encoding="utf-8")
    return path


async def test_documents_are_added_to_the_default_base_and_waited_for(
    library: Library, stack_file: Path, fees: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Ring twice.", encoding="utf-8")

    ran = await aiconnected("ingest", "brightwater-dental", fees, notes, "--stack", stack_file)

    assert ran.code == 0, ran.err
    assert [(d["title"], d["content_type"]) for d in library.given] == [
        ("Our fees", "text/markdown"),
        ("notes", "text/plain"),
    ]
    assert "Our fees: 3 chunks" in ran.out
    assert "notes: 3 chunks" in ran.out


async def test_a_document_that_fails_says_why(
    library: Library, stack_file: Path, fees: Path
) -> None:
    library.course = ("processing", "failed")

    ran = await aiconnected("ingest", "brightwater-dental", fees, "--stack", stack_file)

    assert ran.code == 2
    assert "Our fees: The document holds no text." in ran.err


async def test_an_unknown_client_is_answered_with_those_there_are(
    stack_file: Path, fees: Path
) -> None:
    ran = await aiconnected("ingest", "acme", fees, "--stack", stack_file)

    assert ran.code == 2
    assert "no client acme here; there are brightwater-dental" in ran.err


async def test_nothing_is_added_when_one_of_the_files_cannot_be(
    library: Library, stack_file: Path, fees: Path, tmp_path: Path
) -> None:
    menu = tmp_path / "menu.pdf"
    menu.write_bytes(b"%PDF-1.7")

    ran = await aiconnected("ingest", "brightwater-dental", fees, menu, "--stack", stack_file)

    assert ran.code == 2
    assert "menu.pdf: only .md, .markdown, .txt" in ran.err
    assert library.given == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ingest",), "TENANT"),
        (("ingest", "brightwater-dental"), "FILE…"),
        (("try", "--document", "x.md"), "--ask"),
        (("try", "--ask", "Are you open?"), "--document"),
        (("try", "--document", "x.md", "--ask", "Are you open?"), "No such file"),
        (("demo", "extra"), "extra"),
    ],
)
async def test_a_command_typed_wrongly_says_what_is_wrong(
    arguments: tuple[str, ...], said: str
) -> None:
    ran = await aiconnected(*arguments)

    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
