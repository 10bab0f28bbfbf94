"""A reply: what is said, then which tools are called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from infra.local.vendors.anthropic.receptionist.passages import Passage, read_passages
from infra.local.vendors.anthropic.receptionist.request import Request, ToolReturned
from infra.local.vendors.anthropic.receptionist.tools import Fact, Tool

SEARCH = "search_knowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool to call, with the arguments for it."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the receptionist answers; text may be empty after a tool that ends the call."""

    text: str
    calls: tuple[ToolCall, ...] = ()

    def calling(
        self,
        tool: Tool,
        facts: Mapping[Fact, str | None],
        *,
        extra: Mapping[str, str] | None = None,
    ) -> "Reply":
        """Return the reply with a call of the tool after the words."""
        call = ToolCall(name=tool.name, arguments=tool.fill(facts, extra))
        return replace(self, calls=(*self.calls, call))


def forced(request: Request, utterance: str) -> Reply:
    """Return the call that `tool_choice` demands, with no words before it."""
    tools = request.tools
    named = request.forced if request.forced in tools else SEARCH
    tool = tools.get(named or "") or next(iter(tools.values()))
    return Reply(text="").calling(tool, {Fact.QUERY: utterance, Fact.REASON: utterance})


def told(value: object) -> str:
    """Return what a tool's JSON says for the ear: its `spoken`, else its `message`, else ""."""
    if not isinstance(value, dict):
        return ""
    entries = cast("dict[str, object]", value)
    return next(
        (str(entries[key]) for key in ("spoken", "message", "summary") if entries.get(key)), ""
    )


def passages_in(result: ToolReturned) -> list[Passage]:
    """Read what a search returned: a list, `{"passages": [...]}`, tags, or plain text."""
    value = result.value
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        value = next(
            (entries[key] for key in ("passages", "results", "chunks") if key in entries), None
        )
    if isinstance(value, list):
        return [_passage(entry) for entry in cast("list[object]", value)]
    tagged = read_passages(f"<knowledge>{result.text}</knowledge>")
    if tagged or not result.text.strip() or result.value is not None:
        return tagged or []
    return [Passage(title="", text=result.text)]


def _passage(entry: object) -> Passage:
    if not isinstance(entry, dict):
        return Passage(title="", text=str(entry))
    fields = cast("dict[str, object]", entry)
    text = fields.get("text") or fields.get("content") or fields.get("body") or ""
    return Passage(title=str(fields.get("title") or fields.get("document") or ""), text=str(text))
