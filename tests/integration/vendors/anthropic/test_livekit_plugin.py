"""The client the product uses, livekit's plugin, meets the server: what it sends is taken."""

import anthropic
import pytest
from livekit.agents import llm
from livekit.plugins import anthropic as plugin

from tests.fixtures.http_vendors import AnthropicServer
from tests.integration.vendors.anthropic.office import MODEL, knowledge

pytestmark = pytest.mark.integration

_SCHEMA = {
    "name": "end_call",
    "description": "End the call",
    "parameters": {"type": "object", "properties": {"reason": {"type": "string"}}},
}


async def _end_call(raw_arguments: dict[str, object]) -> str:
    return f"ended: {raw_arguments}"


@pytest.fixture
def tools() -> list[llm.Tool]:
    return [llm.function_tool(_end_call, raw_schema=_SCHEMA)]


async def reply(
    server: AnthropicServer, context: llm.ChatContext, tools: list[llm.Tool]
) -> tuple[str, list[str], llm.CompletionUsage | None]:
    text, called, usage = "", list[str](), None
    async with anthropic.AsyncClient(api_key="k", base_url=server.origin) as client:
        model = plugin.LLM(model=MODEL, api_key="k", client=client, caching="ephemeral")
        async with model.chat(chat_ctx=context, tools=tools) as stream:
            async for chunk in stream:
                usage = chunk.usage or usage
                if chunk.delta:
                    text += chunk.delta.content or ""
                    called += [call.name for call in chunk.delta.tool_calls]
    return text, called, usage


async def test_a_greeting_first_then_a_question_is_answered(
    anthropic_server: AnthropicServer, tools: list[llm.Tool]
) -> None:
    context = llm.ChatContext.empty()
    context.add_message(role="system", content="Be kind. Today is Saturday, 2026-11-21.")
    context.add_message(role="assistant", content="Hello, this is the practice.")
    block = knowledge(("Fees", "Crown: $1,100"))
    context.add_message(role="user", content=[block, "How much is a crown?"])

    text, called, usage = await reply(anthropic_server, context, tools)

    assert "$1,100" in text
    assert called == []
    assert usage is not None
    assert usage.prompt_tokens > 0


async def test_a_tool_call_and_its_result_go_round(
    anthropic_server: AnthropicServer, tools: list[llm.Tool]
) -> None:
    context = llm.ChatContext.empty()
    context.add_message(role="user", content="That's all, goodbye.")

    text, called, _ = await reply(anthropic_server, context, tools)

    assert called == ["end_call"]
    call = llm.FunctionCall(call_id="toolu_1", name="end_call", arguments="{}")
    context.add_message(role="assistant", content=text)
    context.insert(call)
    context.insert(
        llm.FunctionCallOutput(
            call_id="toolu_1", name="end_call", output='{"ending": true}', is_error=False
        )
    )
    context.add_message(role="user", content="Hello? Are you still there?")
    text, called, _ = await reply(anthropic_server, context, tools)
    assert text
    assert called == []
