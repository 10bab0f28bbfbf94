"""The recorded demo call is what the schema of `call --json` describes."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.fixtures.demo import DemoCall

pytestmark = pytest.mark.unit

SCHEMA = Path("infra/local/schemas/call.json")


def test_the_recorded_call_is_a_call_document(demo_call: DemoCall) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    validator.validate(demo_call.call)


def test_the_stages_of_every_answer_sum_to_what_was_heard(demo_call: DemoCall) -> None:
    for turn in demo_call.call["turns"]:
        assert sum(turn["stages"].values()) == pytest.approx(turn["heard_after_ms"], abs=20)
