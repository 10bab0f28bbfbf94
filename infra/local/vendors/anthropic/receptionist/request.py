"""What one request says: history, tools, passages, the date, the caller's number."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, cast

from infra.local.vendors.anthropic.receptionist.passages import (
    Passage,
    read_passages,
    without_passages,
)
from infra.local.vendors.anthropic.receptionist.tools import Tool

Json: TypeAlias = Mapping[str, object]

_INSTRUCTIONS = re.compile(r"<instructions>(.*?)</instructions>", re.DOTALL)
_TODAY = re.compile(r"\bToday is (?:[A-Z][a-z]+,? )?(\d{4})-(\d\d)-(\d\d)")
_CALLER = re.compile(r"[Cc]aller'?s? (?:phone )?number(?: is)?:?\s*(\+?\d[\d ()-]{5,}\d)")
# What client libraries send where the caller has said nothing.
_SILENT = frozenset(("", ".", "(empty)", "..."))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerSaid:
    """Words of the caller; turns that nobody answered in between are joined."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSaid:
    """Words of the receptionist as far as they were heard."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    """The receptionist asked for a tool."""

    name: str
    arguments: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReturned:
    """A tool answered: `value` is its JSON where it is JSON, else None."""

    name: str
    text: str
    value: object
    failed: bool


Event: TypeAlias = CallerSaid | AgentSaid | ToolCalled | ToolReturned


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything the receptionist knows while it makes one reply."""

    events: tuple[Event, ...]
    tools: Mapping[str, Tool]
    passages: list[Passage] | None  # None: nothing was retrieved; []: retrieval found nothing
    instructions: str  # of this turn alone, "" when there are none
    today: date | None
    caller_number: str | None
    forced: str | None  # name of the tool that must be called, "*" for any

    @property
    def utterance(self) -> str:
        """What the caller said last, "" where the last event is not the caller's."""
        last = self.events[-1] if self.events else None
        return last.text if isinstance(last, CallerSaid) else ""


def read_request(body: Json) -> Request:
    """Read a validated body of POST /v1/messages."""
    messages = cast("Sequence[Json]", body["messages"])
    system = _text(body.get("system", ""))
    spoken = [(str(message["role"]), list(_blocks(message["content"]))) for message in messages]
    last = spoken[-1][1] if spoken[-1][0] == "user" else []
    said = [_block_text(block) for _, blocks in spoken for block in blocks]
    choice = cast("Json", body.get("tool_choice") or {"type": "auto"})
    tools = {} if choice["type"] == "none" else _tools(body)
    forced = (
        str(choice["name"])
        if choice["type"] == "tool"
        else "*"
        if choice["type"] == "any"
        else None
    )
    everything = "\n".join([system, *said])
    return Request(
        events=tuple(_joined(_events(spoken))),
        tools=tools,
        passages=read_passages(everything),
        instructions="\n".join(
            without_passages(found).strip()
            for block in last
            for found in _INSTRUCTIONS.findall(_block_text(block))
        ).strip(),
        today=_today(system),
        caller_number=_caller_number(everything),
        forced=forced if tools else None,
    )


def _tools(body: Json) -> dict[str, Tool]:
    listed = cast("Sequence[Json]", body.get("tools") or ())
    return {str(tool["name"]): Tool.read(tool) for tool in listed if "input_schema" in tool}


def _events(spoken: list[tuple[str, list[Json]]]) -> Iterator[Event]:
    called: dict[str, str] = {}
    for role, blocks in spoken:
        for block in blocks:
            match block["type"]:
                case "tool_use":
                    called[str(block["id"])] = str(block["name"])
                    arguments = cast("Json", block["input"])
                    yield ToolCalled(name=str(block["name"]), arguments=arguments)
                case "tool_result":
                    yield _returned(block, called.get(str(block["tool_use_id"]), ""))
                case "text":
                    text = _INSTRUCTIONS.sub(" ", without_passages(str(block["text"]))).strip()
                    if text not in _SILENT:
                        yield AgentSaid(text=text) if role == "assistant" else CallerSaid(text=text)
                case _:
                    continue


def _returned(block: Json, name: str) -> ToolReturned:
    text = _text(block.get("content", ""))
    try:
        value: object = json.loads(text)
    except ValueError:
        value = None
    failed = bool(block.get("is_error")) or (isinstance(value, dict) and "error" in value)
    return ToolReturned(name=name, text=text, value=cast("object", value), failed=failed)


def _joined(events: Iterator[Event]) -> Iterator[Event]:
    """Join what the caller said in several pieces without being answered."""
    pending: list[str] = []
    for event in events:
        if isinstance(event, CallerSaid):
            pending.append(event.text)
            continue
        if pending:
            yield CallerSaid(text=" ".join(pending))
            pending = []
        yield event
    if pending:
        yield CallerSaid(text=" ".join(pending))


def _blocks(content: object) -> Iterator[Json]:
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    else:
        yield from cast("Sequence[Json]", content)


def _block_text(block: Json) -> str:
    return str(block.get("text", "")) if block.get("type") == "text" else ""


def _text(content: object) -> str:
    return "\n".join(filter(None, (_block_text(block) for block in _blocks(content))))


def _today(system: str) -> date | None:
    match = _TODAY.search(system)
    return date(*(int(part) for part in match.groups())) if match else None


def _caller_number(text: str) -> str | None:
    match = _CALLER.search(text)
    return re.sub(r"[^\d+]", "", match.group(1)) if match else None
