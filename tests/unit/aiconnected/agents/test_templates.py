"""Templates of prompts and lines."""

import pytest

from aiconnected.agents.errors import UnknownVariable
from aiconnected.agents.templates import CALL_VARIABLES, check, fill, malformed_in, unknown_in

pytestmark = pytest.mark.unit


def test_a_template_is_filled_once() -> None:
    values = {"name": "Ava {{secret}}", "secret": "42"}

    assert fill("I'm {{name}}, {{ name }}.", values) == "I'm Ava {{secret}}, Ava {{secret}}."


def test_a_variable_without_a_value_leaves_nothing() -> None:
    assert fill("Hello {{who}}!", {}) == "Hello !"


@pytest.mark.parametrize("text", ["{name}", "{{Name}}", "{{1}}", "{{ }}", "{{na me}}"])
def test_what_is_no_variable_stays(text: str) -> None:
    assert fill(text, {"name": "Ava"}) == text


def test_names_without_a_value_are_found_once_and_in_order() -> None:
    text = "{{b}} {{ a }} {{b}} {{date}}"

    assert unknown_in(text, known=CALL_VARIABLES) == ["a", "b"]
    assert unknown_in(text, known={"a", "b", "date"}) == []


@pytest.mark.parametrize(
    ("text", "malformed"),
    [
        ("{{Name}}", ["Name"]),
        ("{{}}", [""]),
        ("{{ na me }} {{1}}", ["1", "na me"]),
        ("{{name}} {name} { {name} }", []),
        ("{{{name}}}", []),
    ],
)
def test_what_stands_in_braces_and_cannot_be_a_name_is_found(
    text: str, malformed: list[str]
) -> None:
    assert malformed_in(text) == malformed


def test_a_check_names_everything_at_once() -> None:
    with pytest.raises(UnknownVariable, match=r"No value for Owner, town\."):
        check("{{Owner}} of {{town}} on {{date}}", known=CALL_VARIABLES)
