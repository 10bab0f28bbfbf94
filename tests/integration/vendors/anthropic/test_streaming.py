"""The messages API on the wire: events, usage, speed, limits, models."""

import time
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import MessageParam

from tests.fixtures.http_vendors import AnthropicServer, new_call
from tests.integration.vendors.anthropic.office import MODEL, TOOLS, knowledge

pytestmark = pytest.mark.integration

CROWN = f"{knowledge(('Fees', 'A crown costs $1,100 and takes two visits.'))}\nHow much is a crown?"
ASKING: list[MessageParam] = [{"role": "user", "content": CROWN}]
LEAVING: list[MessageParam] = [{"role": "user", "content": "Goodbye."}]


def request(messages: list[MessageParam], **more: object) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 200, "messages": messages, **more}


def raw(server: AnthropicServer, body: dict[str, Any]) -> list[str]:
    """Return the names of the events as they come over the wire."""
    headers = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    with httpx.stream("POST", f"{server.origin}/v1/messages", json=body, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["request-id"].startswith("req_")
        return [
            line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event")
        ]


def test_events_come_in_the_documented_order(anthropic_server: AnthropicServer) -> None:
    names = raw(anthropic_server, request(ASKING, stream=True))

    deltas = names.count("content_block_delta")
    assert deltas > 1
    assert names == [
        "message_start",
        "content_block_start",
        "ping",
        *["content_block_delta"] * deltas,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_words_come_before_the_tool_and_its_input_in_pieces(
    anthropic_server: AnthropicServer,
) -> None:
    body = request(LEAVING, tools=TOOLS, stream=True)
    with anthropic_server.client() as client:
        events = list(client.messages.create(**body))

    kinds = [event.delta.type for event in events if event.type == "content_block_delta"]
    assert kinds == sorted(kinds, reverse=True)  # text_delta, then input_json_delta
    assert kinds.count("input_json_delta") > 1
    starts = [event for event in events if event.type == "content_block_start"]
    assert [start.index for start in starts] == [0, 1]
    assert starts[1].content_block.type == "tool_use"
    assert starts[1].content_block.input == {}
    ends = [event for event in events if event.type == "message_delta"]
    assert ends[0].delta.stop_reason == "tool_use"


def test_streamed_and_whole_messages_are_the_same(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        whole = client.messages.create(**request(ASKING))
        with client.messages.stream(**request(ASKING)) as stream:
            streamed = stream.get_final_message()

    assert streamed.content[0].to_dict()["text"] == whole.content[0].to_dict()["text"]
    assert streamed.usage.output_tokens == whole.usage.output_tokens
    assert whole.stop_reason == "end_turn"
    assert whole.model == "claude-haiku-4-5-20251001"


def test_usage_counts_about_four_characters_a_token(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        message = client.messages.create(**request(ASKING))

    text = str(message.content[0].to_dict()["text"])
    assert len(text) / 5 <= message.usage.output_tokens <= len(text) / 3
    assert message.usage.input_tokens == pytest.approx(len(CROWN) / 4, rel=0.1)


def test_the_answer_stops_at_max_tokens(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        message = client.messages.create(**request(ASKING, max_tokens=3))

    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 3


def test_the_answer_stops_before_a_stop_sequence(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        message = client.messages.create(**request(ASKING, stop_sequences=["$"]))

    assert message.stop_reason == "stop_sequence"
    assert message.stop_sequence == "$"
    assert "$" not in str(message.content[0].to_dict()["text"])


def test_tools_are_left_alone_when_the_request_says_so(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        message = client.messages.create(
            **request(LEAVING, tools=TOOLS, tool_choice={"type": "none"})
        )

    assert message.stop_reason == "end_turn"


def test_a_forced_tool_is_called(anthropic_server: AnthropicServer) -> None:
    choice = {"type": "tool", "name": "transfer_call"}
    with anthropic_server.client() as client:
        message = client.messages.create(**request(ASKING, tools=TOOLS, tool_choice=choice))

    assert message.stop_reason == "tool_use"
    assert message.content[-1].to_dict()["name"] == "transfer_call"


def test_the_journal_tells_one_call_s_story(anthropic_server: AnthropicServer) -> None:
    call = new_call()
    with (
        anthropic_server.client() as client,
        client.messages.stream(**request(ASKING, metadata={"user_id": call})) as stream,
    ):
        stream.until_done()

    anthropic_server.until_recorded(call, "llm.done")
    entries = anthropic_server.journal(call)
    assert [entry["event"] for entry in entries] == [
        "llm.request",
        "llm.first_token",
        "llm.first_clause",
        "llm.done",
    ]
    stamps = [entry["t"] for entry in entries]
    assert stamps == sorted(stamps)


def test_a_client_that_leaves_in_the_middle_is_no_error(anthropic_server: AnthropicServer) -> None:
    call = new_call()
    anthropic_server.speed(call, first_token_ms=0, tokens_per_second=1)
    with anthropic_server.client() as client:
        stream = client.messages.create(**request(ASKING, stream=True, metadata={"user_id": call}))
        next(iter(stream))
        stream.close()

    anthropic_server.until_recorded(call, "llm.cancelled")
    assert "llm.done" not in anthropic_server.events(call)


def test_a_call_s_speed_is_its_own(anthropic_server: AnthropicServer) -> None:
    call = new_call()
    anthropic_server.speed(call, first_token_ms=300, tokens_per_second=0)

    began = time.monotonic()
    with anthropic_server.client() as client:
        client.messages.create(**request(ASKING, metadata={"user_id": call}))

    assert time.monotonic() - began >= 0.3


def test_a_speed_that_makes_no_sense_is_refused(anthropic_server: AnthropicServer) -> None:
    answer = httpx.post(f"{anthropic_server.origin}/speed", json={"first_token_ms": -1})

    assert answer.status_code == 400


def test_models_are_listed_and_looked_up(anthropic_server: AnthropicServer) -> None:
    with anthropic_server.client() as client:
        assert client.models.list(limit=1).has_more
        assert client.models.retrieve(MODEL).id == "claude-haiku-4-5-20251001"
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-nobody")
