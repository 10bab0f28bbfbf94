"""A business as product code would present it: passages, tools, a calendar that answers."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from anthropic.types import Message, MessageParam, ToolParam, ToolResultBlockParam, ToolUseBlock

from tests.fixtures.http_vendors import AnthropicServer, new_call

MODEL = "claude-haiku-4-5"
PASSAGES = (
    ("Fees", "Crown: $1,100\nCleaning: $120\nChild cleaning: $85"),
    ("Opening hours", "We are open Monday to Friday from 8 AM to 5 PM. On Saturday we are closed."),
    ("Parking", "There is free parking behind the building; enter from Mill Lane."),
)
_SYSTEM = (
    "You are the receptionist. Facts come only from the passages in <knowledge>.\n"
    "Today is Saturday, 2026-11-21. The time is 10:00. Time zone: America/New_York.\n"
    "Caller's number: +12125550147"
)


def knowledge(*passages: tuple[str, str]) -> str:
    inside = "".join(
        f'<passage id="{number}" title="{title}">{text}</passage>'
        for number, (title, text) in enumerate(passages, 1)
    )
    return f"<knowledge>\n{inside}\n</knowledge>"


def tool(name: str, /, *required: str, **properties: str) -> ToolParam:
    return {
        "name": name,
        "description": name.replace("_", " "),
        "input_schema": {
            "type": "object",
            "properties": {
                key: {"type": "string", "description": text} for key, text in properties.items()
            },
            "required": list(required),
            "additionalProperties": False,
        },
    }


TOOLS = (
    tool("business_hours", date="The day, as YYYY-MM-DD"),
    tool("check_availability", service="What for", date="YYYY-MM-DD", part_of_day="Part"),
    tool(
        "book_appointment", "slot_id", "name", "phone",
        slot_id="The slot's slot_id", name="Full name", phone="Telephone", service="What for",
    ),
    tool("transfer_call", reason="Why"),
    tool("end_call", reason="Why"),
)  # fmt: skip


@dataclass(kw_only=True)
class Office:
    """One call: sends each utterance through the real client and answers the tools."""

    server: AnthropicServer
    passages: tuple[tuple[str, str], ...] = PASSAGES
    tools: tuple[ToolParam, ...] = TOOLS
    system: str = _SYSTEM
    broken: frozenset[str] = frozenset()  # tools that fail
    hours: tuple[int, ...] = (9, 10, 14)  # free on every day
    call: str = field(default_factory=new_call)
    messages: list[MessageParam] = field(default_factory=list[MessageParam])
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])

    def say(self, utterance: str) -> str:
        """Return everything the receptionist says to an utterance, tools answered in between."""
        content = f"{knowledge(*self.passages)}\n{utterance}" if self.passages else utterance
        self.messages.append({"role": "user", "content": content})
        spoken: list[str] = []
        while True:
            message = self._ask()
            spoken += [block.text for block in message.content if block.type == "text"]
            uses = [block for block in message.content if block.type == "tool_use"]
            self.messages.append({"role": "assistant", "content": cast("Any", message.content)})
            if not uses:
                return " ".join(spoken)
            self.messages.append({"role": "user", "content": [self._use(use) for use in uses]})
            if uses[-1].name in {"end_call", "transfer_call"} - self.broken:
                return " ".join(spoken)

    def names(self) -> list[str]:
        return [name for name, _ in self.used]

    def _ask(self) -> Message:
        with (
            self.server.client() as client,
            client.messages.stream(
                model=MODEL,
                max_tokens=300,
                system=self.system,
                messages=self.messages,
                tools=self.tools,
                metadata={"user_id": self.call},
            ) as stream,
        ):
            return stream.get_final_message()

    def _use(self, use: ToolUseBlock) -> ToolResultBlockParam:
        arguments = cast("dict[str, Any]", use.input)
        self.used.append((use.name, arguments))
        failed = use.name in self.broken
        answer = {"error": "UNAVAILABLE"} if failed else self._answer(use.name, arguments)
        return {
            "type": "tool_result",
            "tool_use_id": use.id,
            "content": json.dumps(answer),
            "is_error": failed,
        }

    def _answer(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        match name:
            case "check_availability":
                day = arguments.get("date", "2026-11-24")
                return {"slots": [_slot(day, hour) for hour in self.hours]}
            case "book_appointment":
                return {"appointment_id": "a-1", "spoken": "Tuesday, November 24 at 10 a.m."}
            case "business_hours":
                return {"spoken": "On Sunday, November 22 we are closed."}
            case "search_knowledge":
                return {"passages": [{"title": "Parking", "text": "Parking costs $4 an hour."}]}
            case _:
                return {"ok": True}


def _slot(day: str, hour: int) -> dict[str, str]:
    return {
        "slot_id": f"slot-{hour}",
        "start": f"{day}T{hour:02d}:00:00-05:00",
        "spoken": f"{day} at {hour}",
    }
