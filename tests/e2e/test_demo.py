"""`make demo` as its user runs it: a stack of its own beside the one that runs, a call, a page."""

import json
import re
import wave

import jsonschema
import pytest

from infra.local.cli.demo.command import FOLDER
from infra.local.stack.layout import ROOT
from tests.e2e.conftest import Stage
from tests.fixtures.command import aiconnected

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]  # it waits for all rows

_WITHIN = 300.0  # seconds, beside another stack
_SCHEMA = ROOT / "infra" / "local" / "schemas" / "call.json"
_FOREIGN = re.compile(r"""(?:src|href)=["']?https?://""")


async def test_the_demo_holds_a_call_and_leaves_a_page_that_needs_nothing_else(
    alone: Stage,
) -> None:
    ran = await aiconnected("demo", within=_WITHIN)

    assert ran.code == 0, ran.out + ran.err
    assert "Brightwater Dental" in ran.out
    assert "Simulated" in ran.out
    call = json.loads((FOLDER / "call.json").read_text(encoding="utf-8"))
    jsonschema.validate(call, json.loads(_SCHEMA.read_text(encoding="utf-8")))
    assert len(call["turns"]) >= 4
    page = (FOLDER / "call.html").read_text(encoding="utf-8")
    assert "data:audio/" in page
    assert not _FOREIGN.search(page)
    with wave.open(str(FOLDER / "recording.wav")) as recording:
        assert recording.getnchannels() == 2
        assert recording.getnframes() / recording.getframerate() > call["duration_ms"] / 1000 - 2
    assert await alone.stack.health() is not None  # the stack beside it has not noticed
