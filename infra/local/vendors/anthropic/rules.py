"""The rules of POST /v1/messages that span several fields: conversation, tools, model."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, cast

from infra.local.vendors.anthropic import schema_subset, tokens
from infra.local.vendors.anthropic.catalogue import Model
from infra.local.vendors.anthropic.errors import invalid
from infra.local.vendors.anthropic.schema import (
    Block,
    ChoiceAny,
    ChoiceTool,
    DocumentBlock,
    ImageBlock,
    Message,
    MessageRequest,
    TextBlock,
    ThinkingAdaptive,
    ThinkingEnabled,
    ToolResultBlock,
    ToolUseBlock,
)

MOST_CACHE_MARKS = 4


def check(request: MessageRequest, model: Model) -> None:
    """Raise ApiError for the first rule the request breaks."""
    _check_limits(request, model)
    _check_sampling(request, model)
    _check_thinking(request, model)
    _check_texts(request)
    _check_order(request, model)
    _check_tools(request, model)
    _check_results(request.messages)
    _check_cache_marks(request)


def input_tokens(request: MessageRequest) -> int:
    """Estimate the input's tokens from what the model would read."""
    dumped = request.model_dump(include={"system", "messages", "tools"}, exclude_none=True)
    return tokens.estimate(dumped)


def _check_limits(request: MessageRequest, model: Model) -> None:
    if request.max_tokens > model.max_tokens:
        raise invalid(
            f"max_tokens: {request.max_tokens} > {model.max_tokens}, which is the maximum allowed"
            f" number of output tokens for {model.id}"
        )
    used = input_tokens(request)
    if used > model.context:
        raise invalid(f"prompt is too long: {used} tokens > {model.context} maximum")


def _check_sampling(request: MessageRequest, model: Model) -> None:
    given = [
        name for name in ("temperature", "top_p", "top_k") if getattr(request, name) is not None
    ]
    if given and not model.sampling:
        raise invalid(f"`{given[0]}` is deprecated for this model.")
    if request.temperature is not None and request.top_p is not None:
        raise invalid(
            "`temperature` and `top_p` cannot both be specified for this model. Please use only"
            " one."
        )
    if any(not sequence.strip() for sequence in request.stop_sequences):
        raise invalid("stop_sequences: each stop sequence must contain non-whitespace")


def _check_thinking(request: MessageRequest, model: Model) -> None:
    thinking = request.thinking
    if isinstance(thinking, ThinkingEnabled):
        if not model.budgeted_thinking:
            raise invalid(
                '"thinking.type.enabled" is not supported for this model.'
                ' Use "thinking.type.adaptive".'
            )
        if thinking.budget_tokens >= request.max_tokens:
            raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
    if isinstance(thinking, ThinkingAdaptive) and not model.adaptive_thinking:
        raise invalid("adaptive thinking is not supported on this model")
    on = isinstance(thinking, ThinkingEnabled | ThinkingAdaptive)
    if on and isinstance(request.tool_choice, ChoiceAny | ChoiceTool):
        raise invalid("Thinking may not be enabled when tool_choice forces tool use.")


def _check_texts(request: MessageRequest) -> None:
    for block in request.system:
        _check_text(block.text, where="system")
    for message in request.messages:
        for block in message.content:
            if isinstance(block, TextBlock):
                _check_text(block.text, where="messages")


def _check_text(text: str, *, where: str) -> None:
    if not text:
        raise invalid(f"{where}: text content blocks must be non-empty")
    if not text.strip():
        raise invalid(f"{where}: text content blocks must contain non-whitespace text")


def _check_order(request: MessageRequest, model: Model) -> None:
    messages = request.messages
    if not messages:
        raise invalid("messages: at least one message is required")
    if messages[0].role != "user":
        raise invalid('messages: first message must use the "user" role')
    last = messages[-1]
    for index, message in enumerate(messages):
        if not message.content and not (message is last and message.role == "assistant"):
            raise invalid(
                f"messages.{index}: all messages must have non-empty content except for the"
                f" optional"
                " final assistant message"
            )
        _check_roles(index, message)
    if last.role == "assistant":
        _check_prefill(last, model)


def _check_roles(index: int, message: Message) -> None:
    """Tool use is the assistant's, results and attachments are the user's."""
    foreign = (
        (ToolUseBlock,) if message.role == "user" else (ToolResultBlock, ImageBlock, DocumentBlock)
    )
    for block in message.content:
        if isinstance(block, foreign):
            raise invalid(
                f"messages.{index}: `{block.type}` blocks can not be in `{message.role}` messages"
            )


def _check_prefill(last: Message, model: Model) -> None:
    if any(isinstance(block, ToolUseBlock) for block in last.content):
        return  # the missing results are reported instead
    if not model.prefill:
        raise invalid(
            "This model does not support assistant message prefill."
            " The conversation must end with a user message."
        )
    ending = last.content[-1] if last.content else None
    if isinstance(ending, TextBlock) and ending.text != ending.text.rstrip():
        raise invalid("messages: final assistant content cannot end with trailing whitespace")


def _check_tools(request: MessageRequest, model: Model) -> None:
    names = [tool.name for tool in request.tools]
    if len(set(names)) != len(names):
        raise invalid("tools: Tool names must be unique.")
    for index, tool in enumerate(request.tools):
        schema_subset.check(tool.input_schema, where=f"tools.{index}.custom", strict=tool.strict)
    choice = request.tool_choice
    if choice is None:
        return
    if not request.tools:
        raise invalid("tool_choice: tool_choice may only be specified while providing tools")
    if isinstance(choice, ChoiceTool) and choice.name not in names:
        raise invalid(f"Tool '{choice.name}' not found in provided tools")
    if isinstance(choice, ChoiceAny | ChoiceTool) and not model.forced_tools:
        raise invalid("tool_choice: forced tool use is not supported for this model")


def _check_results(messages: list[Message]) -> None:
    """Every tool_use is answered at the head of the next user turn, and nothing else is."""
    seen: set[str] = set()
    pending: list[str] = []
    index = 0
    for index, role, blocks in _turns(messages):
        if role == "assistant":
            pending = [block.id for block in blocks if isinstance(block, ToolUseBlock)]
            for used in pending:
                if used in seen or pending.count(used) > 1:
                    raise invalid("messages: `tool_use` ids must be unique")
            seen |= set(pending)
        else:
            _check_answers(messages, index, blocks, pending)
            pending = []
    if pending:
        raise _unanswered(index, pending)


def _check_answers(
    messages: list[Message], index: int, blocks: list[Block], pending: list[str]
) -> None:
    leading: list[str] = []
    for block in blocks:
        if not isinstance(block, ToolResultBlock):
            break
        leading.append(block.tool_use_id)
    results = [block.tool_use_id for block in blocks if isinstance(block, ToolResultBlock)]
    for position, answered in enumerate(results):
        if answered not in pending:
            raise invalid(
                f"messages.{index}.content.{position}: unexpected `tool_use_id` found in"
                f" `tool_result`"
                f" blocks: {answered}. Each `tool_result` block must have a corresponding"
                f" `tool_use`"
                " block in the previous message."
            )
    repeated = [answered for answered, times in Counter(results).items() if times > 1]
    if repeated:
        raise invalid(
            f"messages.{index}.content: each tool_use must have a single result."
            f" Found multiple `tool_result` blocks with id: {repeated[0]}"
        )
    missing = [used for used in pending if used not in leading]
    if missing:
        raise _unanswered(_previous(messages, index), missing)


def _unanswered(index: int, missing: Iterable[str]) -> Exception:
    return invalid(
        f"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately"
        f" after:"
        f" {', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result`"
        f" block in"
        " the next message."
    )


def _turns(messages: list[Message]) -> Iterator[tuple[int, str, list[Block]]]:
    """Consecutive messages of one role are one turn; the index is that of its first message."""
    start, role, blocks = 0, messages[0].role, list[Block]()
    for index, message in enumerate(messages):
        if message.role != role:
            yield start, role, blocks
            start, role, blocks = index, message.role, []
        blocks = [*blocks, *message.content]
    yield start, role, blocks


def _previous(messages: list[Message], index: int) -> int:
    return max((at for at in range(index) if messages[at].role == "assistant"), default=0)


def _check_cache_marks(request: MessageRequest) -> None:
    dumped = request.model_dump(include={"system", "messages", "tools", "cache_control"})
    found = sum(1 for _ in _marks(dumped))
    if found > MOST_CACHE_MARKS:
        raise invalid(
            f"A maximum of {MOST_CACHE_MARKS} blocks with cache_control may be provided. Found"
            f" {found}."
        )


def _marks(value: Any) -> Iterator[None]:  # noqa: ANN401  # any JSON
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        if entries.get("cache_control"):
            yield None
        for name, entry in entries.items():
            if name not in {"input_schema", "input", "cache_control"}:
                yield from _marks(entry)
    elif isinstance(value, list):
        for entry in cast("list[Any]", value):
            yield from _marks(entry)
