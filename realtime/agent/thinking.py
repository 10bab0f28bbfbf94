"""The model's answers: bounded attempts over a livekit LLM, metered also when dropped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from livekit.agents import APIError, APIStatusError, APITimeoutError, llm
from livekit.agents.types import NOT_GIVEN, APIConnectOptions, NotGivenOr
from livekit.plugins import anthropic as claude

from aiconnected.contracts.facts import Component
from realtime.agent.adapter.inner import TokenCount
from realtime.agent.timeline import Failure, Reply

PROVIDER = "anthropic"
_ONCE = APIConnectOptions(max_retry=0, timeout=10.0)
_LETTERS_PER_TOKEN = 4  # rule of thumb for English
_ATTEMPTS = 2
# Anthropic's API reference, "Errors": what a stream may end with, as the status of its own.
_STREAM_ERRORS = {
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class ModelFailure(Exception):
    """The model failed. `code` is safe to store."""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.code, self.retryable = code, retryable

    @property
    def failure(self) -> Failure:
        """The same as a value."""
        return Failure(
            component=Component.LLM_OUTPUT,
            provider=PROVIDER,
            code=self.code,
            retryable=self.retryable,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What to ask the model."""

    context: llm.ChatContext
    tools: list[llm.Tool]
    tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN


class Thinking:
    """Asks at most twice; a stream that has begun to answer is never asked again.

    `spent` is told input and output tokens, `failed` each failure that leads to asking again; the
    last one is left in the reply's `failed`.
    """

    def __init__(
        self,
        model: claude.LLM,
        *,
        call: str,
        patience: float,
        spent: Callable[[int, int], None],
        failed: Callable[[ModelFailure], None],
    ) -> None:
        self._model, self._call, self._patience = model, call, patience
        self._spent, self._failed = spent, failed

    async def answer(self, thought: Thought, *, reply: Reply) -> AsyncIterator[llm.ChatChunk]:
        """Chunks of one answer; ends early, without raising, when the model fails for good."""
        for attempt in range(1, _ATTEMPTS + 1):
            begun = False
            try:
                async for chunk in self._attempt(thought):
                    begun = begun or chunk.has_response()
                    yield chunk
            except ModelFailure as exc:
                if begun or attempt == _ATTEMPTS or not exc.retryable:
                    reply.failed = exc.failure
                    return
                self._failed(exc)
            else:
                return

    async def _attempt(self, thought: Thought) -> AsyncIterator[llm.ChatChunk]:
        stream = self._model.chat(
            chat_ctx=thought.context,
            tools=thought.tools,
            tool_choice=thought.tool_choice,
            conn_options=_ONCE,
            extra_kwargs={"metadata": {"user_id": self._call}},
        )
        meter = _Meter(stream)
        try:
            async with stream:
                async for chunk in self._in_time(stream):
                    meter.take(chunk)
                    yield chunk
            meter.ended = True
            if not meter.answered:
                raise ModelFailure("empty_answer", retryable=True)
        finally:
            self._spent(*meter.tokens())

    async def _in_time(self, stream: llm.LLMStream) -> AsyncIterator[llm.ChatChunk]:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._patience
        while True:
            try:
                async with asyncio.timeout_at(due):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError as exc:
                raise ModelFailure("timeout", retryable=True) from exc
            except APIError as exc:
                raise _failure(exc) from exc
            if chunk.has_response():
                due = loop.time() + self._patience
            yield chunk


class _Meter:
    """What one request costs."""

    def __init__(self, stream: llm.LLMStream) -> None:
        self._count = TokenCount(stream)
        self._letters = 0
        self.answered = self.ended = False

    def take(self, chunk: llm.ChatChunk) -> None:
        self.answered = self.answered or chunk.has_response()
        if chunk.delta is not None:
            self._letters += len(chunk.delta.content or "")

    def tokens(self) -> tuple[int, int]:
        """Input and output; of a dropped answer at least what its letters come to."""
        estimate = self._letters // _LETTERS_PER_TOKEN
        written = self._count.written
        return self._count.read, written if self.ended else max(written, estimate)


def _failure(exc: APIError) -> ModelFailure:
    if isinstance(exc, APIStatusError):
        status = _status(exc)
        retryable = status in {408, 429} or status >= 500  # noqa: PLR2004 -- RFC 9110 §15.6
        return ModelFailure(f"http_{status}", retryable=retryable)
    if isinstance(exc, APITimeoutError):
        return ModelFailure("timeout", retryable=True)
    return ModelFailure("connection_lost", retryable=True)


def _status(exc: APIStatusError) -> int:
    """The status; an error in mid-stream comes under the stream's own 200, but names its type."""
    match exc.body:
        case {"error": {"type": str(kind)}} if exc.status_code == 200:  # noqa: PLR2004 -- RFC 9110 §15.3.1
            return _STREAM_ERRORS.get(kind, 500)
        case _:
            return exc.status_code
