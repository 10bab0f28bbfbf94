"""The body of POST /v1/messages, field by field.

Source: `anthropic` SDK 1.17, types/message_create_params.py and what it refers to. The real API is
validated the same way, and its messages carry the path of the field ("messages.0.content.1.text").
Tools that run on the vendor's side, containers and citations are not offered here.
"""

from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    ValidationError,
)

from infra.local.vendors.anthropic.errors import ApiError, invalid

_ID = r"^[a-zA-Z0-9_-]+$"
_TOOL_NAME = r"^[a-zA-Z0-9_-]{1,128}$"
MOST_MESSAGES = 100_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CacheControl(_Part):
    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] | None = None


class _Cacheable(_Part):
    cache_control: CacheControl | None = None


class TextBlock(_Cacheable):
    type: Literal["text"]
    text: StrictStr
    citations: None = None


class ImageBlock(_Cacheable):
    type: Literal["image"]
    source: dict[str, Any]


class DocumentBlock(_Cacheable):
    type: Literal["document"]
    source: dict[str, Any]
    title: StrictStr | None = None
    context: StrictStr | None = None
    citations: dict[str, Any] | None = None


class ThinkingBlock(_Part):
    type: Literal["thinking"]
    thinking: StrictStr
    signature: StrictStr


class RedactedThinkingBlock(_Part):
    type: Literal["redacted_thinking"]
    data: StrictStr


class ToolUseBlock(_Cacheable):
    type: Literal["tool_use"]
    id: Annotated[StrictStr, Field(pattern=_ID)]
    name: Annotated[StrictStr, Field(min_length=1, max_length=200)]
    input: dict[str, Any]
    caller: dict[str, Any] | None = None
    toolset_name: StrictStr | None = None


def _as_blocks(content: object) -> object:
    """A string is shorthand for one text block."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


_Result = Annotated[TextBlock | ImageBlock | DocumentBlock, Field(discriminator="type")]


class ToolResultBlock(_Cacheable):
    type: Literal["tool_result"]
    tool_use_id: Annotated[StrictStr, Field(pattern=_ID)]
    content: StrictStr | list[_Result] = ""
    is_error: StrictBool | None = None
    toolset_name: StrictStr | None = None


Block = Annotated[
    TextBlock
    | ImageBlock
    | DocumentBlock
    | ThinkingBlock
    | RedactedThinkingBlock
    | ToolUseBlock
    | ToolResultBlock,
    Field(discriminator="type"),
]


class Message(_Part):
    role: Literal["user", "assistant"]
    content: Annotated[list[Block], BeforeValidator(_as_blocks)]


class Tool(_Cacheable):
    name: Annotated[StrictStr, Field(pattern=_TOOL_NAME)]
    input_schema: dict[str, Any]
    description: StrictStr | None = None
    type: Literal["custom"] | None = None
    strict: StrictBool = False
    eager_input_streaming: StrictBool | None = None
    defer_loading: StrictBool = False
    allowed_callers: list[StrictStr] | None = None
    input_examples: list[dict[str, Any]] | None = None


def _tool_tag(tool: object) -> str:
    kind = cast("dict[str, object]", tool).get("type") if isinstance(tool, dict) else None
    return str(kind or "custom")


class _Choice(_Part):
    disable_parallel_tool_use: StrictBool = False


class ChoiceAuto(_Choice):
    type: Literal["auto"]


class ChoiceAny(_Choice):
    type: Literal["any"]


class ChoiceTool(_Choice):
    type: Literal["tool"]
    name: StrictStr


class ChoiceNone(_Part):
    type: Literal["none"]


class ThinkingEnabled(_Part):
    type: Literal["enabled"]
    budget_tokens: Annotated[StrictInt, Field(ge=1024)]
    display: Literal["summarized", "omitted"] | None = None


class ThinkingAdaptive(_Part):
    type: Literal["adaptive"]
    display: Literal["summarized", "omitted"] | None = None


class ThinkingOff(_Part):
    type: Literal["disabled", "between_tools"]


class Metadata(_Part):
    user_id: Annotated[StrictStr, Field(max_length=256)] | None = None


class OutputConfig(_Part):
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None


class MessageRequest(_Part):
    """The whole body."""

    model: StrictStr
    max_tokens: Annotated[StrictInt, Field(ge=0)]
    messages: Annotated[list[Message], Field(max_length=MOST_MESSAGES)]
    system: Annotated[list[TextBlock], BeforeValidator(_as_blocks)] = []
    tools: list[Annotated[Annotated[Tool, Tag("custom")], Discriminator(_tool_tag)]] = []
    tool_choice: (
        Annotated[ChoiceAuto | ChoiceAny | ChoiceTool | ChoiceNone, Field(discriminator="type")]
        | None
    ) = None
    metadata: Metadata | None = None
    stop_sequences: list[StrictStr] = []
    stream: StrictBool = False
    temperature: Annotated[StrictFloat | StrictInt, Field(ge=0, le=1)] | None = None
    top_p: Annotated[StrictFloat | StrictInt, Field(ge=0, le=1)] | None = None
    top_k: Annotated[StrictInt, Field(ge=0)] | None = None
    thinking: (
        Annotated[ThinkingEnabled | ThinkingAdaptive | ThinkingOff, Field(discriminator="type")]
        | None
    ) = None
    service_tier: Literal["auto", "standard_only"] | None = None
    output_config: OutputConfig | None = None
    cache_control: CacheControl | None = None
    inference_geo: StrictStr | None = None


def parse(body: object) -> MessageRequest:
    """Return the body read; raises ApiError naming the first wrong field."""
    if not isinstance(body, dict):
        raise invalid("Input should be a valid dictionary")
    try:
        return MessageRequest.model_validate(body)
    except ValidationError as exc:
        raise _refused(exc) from exc


def _refused(exc: ValidationError) -> ApiError:
    first = exc.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(step) for step in first["loc"])
    return invalid(f"{path}: {first['msg']}")
