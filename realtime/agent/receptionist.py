"""The livekit agent: its nodes join retrieval, model, tools and the filter of agreement words."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol

from livekit import rtc
from livekit.agents import Agent, ModelSettings, RunContext, function_tool, llm, stt
from livekit.agents.llm import ToolResult

from realtime.agent.adapter.inner import current_speech
from realtime.agent.backchannel import is_backchannel
from realtime.agent.memory import last_words, with_knowledge, within_budget
from realtime.agent.prompt import knowledge_block
from realtime.agent.retrieval import Prefetch
from realtime.agent.thinking import Thinking, Thought
from realtime.agent.timeline import Reply
from realtime.agent.toolrunner import ToolRunner
from realtime.agent.tools import ToolSpec

_WORDS = {
    stt.SpeechEventType.INTERIM_TRANSCRIPT,
    stt.SpeechEventType.PREFLIGHT_TRANSCRIPT,
    stt.SpeechEventType.FINAL_TRANSCRIPT,
}


class Dialogue(Protocol):
    """What the agent tells the conversation and asks of it."""

    @property
    def speaking(self) -> bool: ...
    @property
    def asked(self) -> bool: ...
    def now(self) -> float: ...
    def reply(self, speech: str) -> Reply: ...
    def on_caller_words(self, event: stt.SpeechEvent) -> None: ...
    def on_ignored_words(self, *, over: bool) -> None: ...
    def on_turn(self, message: llm.ChatMessage) -> None: ...
    def on_failed(self, reply: Reply) -> None: ...


class Receptionist(Agent):
    """One call's agent."""

    def __init__(
        self,
        instructions: str,
        *,
        dialogue: Dialogue,
        thinking: Thinking,
        prefetch: Prefetch | None,
        runner: ToolRunner,
        tools: list[ToolSpec],
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] -- livekit's is untyped
            instructions=instructions, tools=[_tool(spec, runner) for spec in tools]
        )
        self._dialogue, self._thinking, self._prefetch = dialogue, thinking, prefetch

    async def stt_node(
        self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings
    ) -> AsyncIterator[stt.SpeechEvent]:
        """Keep agreement words from interrupting; begin to search while the caller speaks."""
        async for event in Agent.default.stt_node(self, audio, model_settings):
            if event.type in _WORDS and event.alternatives:
                said = event.alternatives[0]
                if self._is_agreement(said):
                    over = event.type is not stt.SpeechEventType.INTERIM_TRANSCRIPT
                    self._dialogue.on_ignored_words(over=over)
                    continue
                self._dialogue.on_caller_words(event)
                if self._prefetch is not None:
                    self._prefetch.begin(said.text)
            yield event

    def _is_agreement(self, said: stt.SpeechData) -> bool:
        return self._dialogue.speaking and is_backchannel(
            said.text, asked=self._dialogue.asked, confidence=said.confidence
        )

    async def on_user_turn_completed(
        self,
        turn_ctx: llm.ChatContext,  # noqa: ARG002 -- livekit's signature
        new_message: llm.ChatMessage,
    ) -> None:
        """The caller's turn is committed. Changing `turn_ctx` would drop the prepared reply."""
        self._dialogue.on_turn(new_message)

    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[llm.ChatChunk]:
        """Answer from the passages; may run before the turn is confirmed, tools may not."""
        speech = current_speech()
        reply = self._dialogue.reply(speech.id if speech else "")
        context = within_budget(chat_ctx)
        if self._prefetch is not None:
            passages = await self._prefetch.passages(last_words(context))
            reply.retrieved = reply.retrieved or self._dialogue.now()
            if passages is not None:
                with_knowledge(context, knowledge_block(passages))
        thought = Thought(context=context, tools=tools, tool_choice=model_settings.tool_choice)
        async for chunk in self._thinking.answer(thought, reply=reply):
            if chunk.delta is not None and chunk.delta.content:
                reply.first_token = reply.first_token or self._dialogue.now()
                reply.text += chunk.delta.content
            yield chunk
        if reply.failed is not None:
            self._dialogue.on_failed(reply)


def _tool(spec: ToolSpec, runner: ToolRunner) -> llm.Tool:
    async def call(raw_arguments: dict[str, object], context: RunContext[None]) -> object:
        if spec.silent:
            await context.wait_for_playout()  # what the model said before it goes first
        text = await runner.run(spec, raw_arguments)
        if spec.silent and text.ok:
            return ToolResult(text.text, reply_required=False)
        return text.text

    return function_tool(call, raw_schema=spec.schema)
