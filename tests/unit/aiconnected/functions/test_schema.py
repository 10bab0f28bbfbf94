"""What a function's parameters, headers and address must be like."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.functions.errors import BadAddress, BadHeaders, BadParameters
from aiconnected.functions.schema import check_address, check_headers, check_parameters

pytestmark = pytest.mark.unit

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
_KEYWORDS = st.sampled_from(["type", "properties", "required", "$ref", "enum", "items", "pattern"])


@given(st.dictionaries(_KEYWORDS | st.text(max_size=5), _JSON, max_size=5))
def test_any_json_is_a_schema_or_refused(parameters: dict[str, Any]) -> None:
    with suppress(BadParameters):
        check_parameters(parameters)


def test_a_reference_within_the_schema_is_fine() -> None:
    check_parameters(
        {
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/a"}},
            "$defs": {"a": {"type": "string"}},
        }
    )


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=3))
def test_headers_that_pass_cannot_break_out_of_their_line(headers: dict[str, str]) -> None:
    try:
        check_headers(headers)
    except BadHeaders:
        return
    for name, value in headers.items():
        assert name.isascii()
        assert not set("\r\n\0:") & set(name)
        assert not set("\r\n\0") & set(value)


@given(st.text(max_size=50).map(lambda rest: f"https://{rest}") | st.text(max_size=50))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    with suppress(BadAddress):
        check_address(url)
