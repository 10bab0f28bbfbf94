"""Templates of prompts and lines."""

import pytest

from aiconnected.agents.snapshot import fill

pytestmark = pytest.mark.unit


def test_a_template_is_filled_once() -> None:
    values = {"name": "Ava {{secret}}", "secret": "42"}

    assert fill("I'm {{name}}, {{ name }}.", values) == "I'm Ava {{secret}}, Ava {{secret}}."


def test_a_variable_without_a_value_leaves_nothing() -> None:
    assert fill("Hello {{who}}!", {}) == "Hello !"


@pytest.mark.parametrize("text", ["{name}", "{{Name}}", "{{1}}", "{{ }}", "{{na me}}"])
def test_what_is_no_variable_stays(text: str) -> None:
    assert fill(text, {"name": "Ava"}) == text
