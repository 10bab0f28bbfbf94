"""What the real API refuses is refused here too, in its own words."""

from typing import Any

import anthropic
import httpx
import pytest

from tests.fixtures.http_vendors import AnthropicServer
from tests.integration.vendors.anthropic.office import MODEL

pytestmark = pytest.mark.integration

HELLO = {"role": "user", "content": "Hello"}
OBJECT = {"type": "object", "properties": {}, "additionalProperties": False}
SEARCH = {"name": "search", "input_schema": OBJECT}
HEADERS = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
MARK = {"cache_control": {"type": "ephemeral"}}


def use(identity: str, **more: object) -> dict[str, Any]:
    return {"type": "tool_use", "id": identity, "name": "search", "input": {}, **more}


def result(identity: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": identity, "content": "found"}


def text(words: str, **more: object) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def dialogue(*contents: object) -> list[dict[str, Any]]:
    """Messages of caller and assistant in turn, the caller first."""
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": content} for at, content in enumerate(contents)]


def send(server: AnthropicServer, **body: object) -> httpx.Response:
    full = {"model": MODEL, "max_tokens": 50, "messages": [HELLO], **body}
    kept = {name: value for name, value in full.items() if value is not None}
    return httpx.post(f"{server.origin}/v1/messages", json=kept, headers=HEADERS)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"max_tokens": None}, "max_tokens: Field required"),
    ({"messages": None}, "messages: Field required"),
    ({"model": None}, "model: Field required"),
    ({"max_tokens": 64_001}, "max_tokens: 64001 > 64000"),
    ({"max_tokens": "50"}, "max_tokens: Input should be a valid integer"),
    ({"user": "somebody"}, "user: Extra inputs are not permitted"),
    ({"metadata": {"call": "x"}}, "metadata.call: Extra inputs are not permitted"),
    ({"temperature": 1.5}, "temperature"),
    ({"temperature": 0.5, "top_p": 0.5}, "cannot both be specified"),
    ({"model": "claude-haiku-5-5", "temperature": 0.5}, "`temperature` is deprecated for this"),
    ({"stop_sequences": [" "]}, "stop_sequences: each stop sequence must contain non-whitespace"),
    ({"messages": []}, "messages: at least one message is required"),
    ({"messages": [{"role": "assistant", "content": "Hi"}]}, 'first message must use the "user"'),
    ({"messages": [{"role": "system", "content": "Hi"}]}, "messages.0.role: Input should be"),
    ({"messages": dialogue([])}, "messages.0: all messages must have non-empty content"),
    ({"messages": dialogue([text("")])}, "text content blocks must be non-empty"),
    ({"messages": dialogue("\n ")}, "text content blocks must contain non-whitespace text"),
    ({"system": ""}, "system: text content blocks must be non-empty"),
    ({"messages": dialogue([{"type": "text"}])}, "messages.0.content.0.text.text: Field required"),
    ({"messages": dialogue([{"type": "video"}])}, "messages.0.content.0"),
    ({"messages": dialogue("a", "b ")}, "final assistant content cannot end with trailing"),
    (
        {"model": "claude-sonnet-4-6", "messages": dialogue("a", "b")},
        "does not support assistant message prefill",
    ),
    ({"messages": dialogue("a", [use("t1")])}, "messages.1: `tool_use` ids were found without"),
    ({"messages": dialogue("a", [use("t1")], "b")}, "`tool_use` ids were found without"),
    (
        {"messages": dialogue("a", [use("t1")], [text("b"), result("t1")])},
        "`tool_use` ids were found without `tool_result` blocks immediately after: t1",
    ),
    ({"messages": dialogue("a", [use("t1"), use("t2")], [result("t1")])}, "after: t2"),
    ({"messages": dialogue([result("t1")])}, "messages.0.content.0: unexpected `tool_use_id`"),
    (
        {"messages": dialogue("a", [use("t1")], [result("t1"), result("t1")])},
        "each tool_use must have a single result",
    ),
    (
        {"messages": dialogue("a", [use("t1")], [result("t1")], [use("t1")], [result("t1")])},
        "`tool_use` ids must be unique",
    ),
    ({"messages": dialogue("a", [use("has space")])}, "tool_use.id: String should match pattern"),
    ({"messages": dialogue([use("t1")])}, "can not be in `user` messages"),
    ({"tools": [{**SEARCH, "name": "look up"}]}, "tools.0.custom.name: String should match"),
    ({"tools": [SEARCH, SEARCH]}, "tools: Tool names must be unique"),
    ({"tools": [{"name": "a"}]}, "tools.0.custom.input_schema: Field required"),
    ({"tools": [{"name": "a", "input_schema": {}}]}, "input_schema.type: Field required"),
    ({"tools": [{"name": "a", "input_schema": {"type": "array"}}]}, "Input should be 'object'"),
    (
        {"tools": [{"name": "a", "input_schema": {"type": "object", "properties": [1]}}]},
        "JSON schema is invalid",
    ),
    (
        {"tools": [{"name": "a", "strict": True, "input_schema": {"type": "object"}}]},
        "'additionalProperties' must be explicitly set to false",
    ),
    ({"tools": [{**SEARCH, "handler": "x"}]}, "tools.0.custom.handler: Extra inputs"),
    ({"tool_choice": {"type": "auto"}}, "tool_choice may only be specified while providing tools"),
    (
        {"tools": [SEARCH], "tool_choice": {"type": "tool", "name": "book"}},
        "Tool 'book' not found in provided tools",
    ),
    (
        {"model": "claude-sonnet-5-5", "tools": [SEARCH], "tool_choice": {"type": "any"}},
        "forced tool use is not supported",
    ),
    ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "`max_tokens` must be greater"),
    ({"system": [text("a", **MARK)] * 5}, "A maximum of 4 blocks with cache_control"),
    ({"messages": dialogue("a" * 900_000)}, "prompt is too long"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_a_broken_rule_is_refused(
    anthropic_server: AnthropicServer, body: dict[str, Any], message: str
) -> None:
    answer = send(anthropic_server, **body)

    assert answer.status_code == 400
    refusal = answer.json()
    assert refusal["type"] == "error"
    assert refusal["error"]["type"] == "invalid_request_error"
    assert message in refusal["error"]["message"]
    assert refusal["request_id"] == answer.headers["request-id"]


ACCEPTED: list[dict[str, Any]] = [
    {"messages": [HELLO, HELLO]},
    {"messages": dialogue("a", "b")},
    {"messages": dialogue("a", [use("t1")], [result("t1"), text("b")])},
    {"messages": [*dialogue("a", [use("t1")], [result("t1")]), HELLO]},
    {"messages": dialogue("a", [use("t1")], [result("t1")]), "tools": None},
    {"system": [text("a", **MARK)] * 4},
    {"tools": [{**SEARCH, "strict": True, "description": "d", **MARK}]},
    {"tools": [SEARCH], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
    {"temperature": 0.5},
    {"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}},
]


@pytest.mark.parametrize("body", ACCEPTED)
def test_what_the_real_api_takes_is_taken(
    anthropic_server: AnthropicServer, body: dict[str, Any]
) -> None:
    assert send(anthropic_server, **body).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({"anthropic-version": "2023-06-01"}, 401, "x-api-key header is required"),
        ({**HEADERS, "x-api-key": "invalid-key"}, 401, "invalid x-api-key"),
        ({"x-api-key": "k"}, 400, "anthropic-version: header is required"),
        ({**HEADERS, "anthropic-version": "2020-01-01"}, 400, "is not a valid version"),
        ({**HEADERS, "content-type": "text/plain"}, 400, "content-type"),
    ],
)
def test_headers_are_checked(
    anthropic_server: AnthropicServer, headers: dict[str, str], status: int, message: str
) -> None:
    answer = httpx.post(
        f"{anthropic_server.origin}/v1/messages", json={"model": MODEL}, headers=headers
    )

    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
def test_a_body_that_is_no_json_object_is_refused(
    anthropic_server: AnthropicServer, body: bytes
) -> None:
    headers = {**HEADERS, "content-type": "application/json"}
    answer = httpx.post(f"{anthropic_server.origin}/v1/messages", content=body, headers=headers)

    assert answer.status_code == 400


def test_an_unknown_model_is_not_found(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client, pytest.raises(anthropic.NotFoundError) as refusal:
        client.messages.create(
            model="claude-3-opus", max_tokens=5, messages=[{"role": "user", "content": "a"}]
        )

    assert refusal.value.type == "not_found_error"
    assert refusal.value.request_id is not None


def test_an_oversized_request_is_too_large(anthropic_server: AnthropicServer) -> None:
    with (
        anthropic_server.client() as client,
        pytest.raises(anthropic.APIStatusError) as refusal,
    ):
        client.messages.create(
            model=MODEL,
            max_tokens=5,
            messages=[{"role": "user", "content": "a" * (33 * 1024 * 1024)}],
        )

    assert refusal.value.status_code == 413
    assert refusal.value.type == "request_too_large"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "/v1/messages", 405), ("POST", "/v1/complete", 404)],
)
def test_other_routes_answer_in_the_same_shape(
    anthropic_server: AnthropicServer, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, f"{anthropic_server.origin}{path}", headers=HEADERS)

    assert answer.status_code == status
    assert answer.json()["type"] == "error"
