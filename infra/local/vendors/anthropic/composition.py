"""A reply as content blocks of a message, cut into tokens, with the reason why it stops."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.vendors.anthropic import tokens
from infra.local.vendors.anthropic.receptionist.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text block."""

    pieces: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def as_json(self) -> dict[str, object]:
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool_use block; its pieces are the JSON of the input, cut anywhere."""

    id: str
    name: str
    pieces: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "type": "tool_use",
            "id": self.id,
            "name": self.name,
            "input": json.loads("".join(self.pieces)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What one response says and why it ends."""

    blocks: tuple[Text | ToolUse, ...]
    stop_reason: str
    stop_sequence: str | None

    @property
    def output_tokens(self) -> int:
        """At least 1, as the API counts even an empty answer."""
        return max(1, sum(len(block.pieces) for block in self.blocks))


def compose(
    reply: Reply, *, max_tokens: int, stop_sequences: Sequence[str], parallel_tools: bool
) -> Composition:
    """Cut a reply to what the request allows."""
    text, stopped_by = _until(reply.text, stop_sequences)
    pieces = tokens.pieces(text)
    blocks: list[Text | ToolUse] = []
    if pieces[:max_tokens]:
        blocks.append(Text(pieces=tuple(pieces[:max_tokens])))
    if stopped_by is not None:
        return Composition(
            blocks=tuple(blocks), stop_reason="stop_sequence", stop_sequence=stopped_by
        )
    left = max_tokens - len(pieces)
    for call in reply.calls if parallel_tools else reply.calls[:1]:
        written = tokens.pieces(json.dumps(call.arguments))
        left -= len(written)
        if left < 0:
            break
        blocks.append(
            ToolUse(id=f"toolu_{secrets.token_hex(12)}", name=call.name, pieces=tuple(written))
        )
    return Composition(
        blocks=tuple(blocks),
        stop_reason="max_tokens" if left < 0 else "tool_use" if reply.calls else "end_turn",
        stop_sequence=None,
    )


def _until(text: str, stop_sequences: Sequence[str]) -> tuple[str, str | None]:
    """Return the text before the first stop sequence, and that sequence."""
    found = [(text.find(sequence), sequence) for sequence in stop_sequences if sequence in text]
    if not found:
        return text, None
    at, sequence = min(found)
    return text[:at], sequence
