"""Sending one message at the model's speed, streamed or whole, with the faults armed for it."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from infra.local.vendors.anthropic import errors
from infra.local.vendors.anthropic.composition import Composition, Text, ToolUse
from infra.local.vendors.anthropic.errors import ApiError
from infra.local.vendors.anthropic.speed import Speed
from infra.local.vendors.engines.control import At, Fault, FaultKind

SHORTEST_CLAUSE = 12  # characters; a voice starts at the first pause after that many
_PAUSE = re.compile(r"[,.;:!?](?=\s|$)")


class Watch(Protocol):
    """What the server wants to hear of a delivery."""

    def record(self, event: str, **fields: object) -> None: ...

    async def fault(self, at: At) -> Fault | None: ...


class Cut(Exception):
    """A fault ended the delivery; nothing more is to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a message carries besides its content."""

    message_id: str
    request_id: str
    model: str
    input_tokens: int

    def as_json(self, content: list[dict[str, object]], *, output_tokens: int) -> dict[str, object]:
        return {
            "id": self.message_id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {
                "input_tokens": self.input_tokens,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": output_tokens,
                "service_tier": "standard",
            },
        }


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One response on its way; `arrived` is the loop's time at which the request was read."""

    request: web.Request
    watch: Watch
    speed: Speed
    arrived: float
    envelope: Envelope
    composition: Composition
    _sent: int = 0
    _said: str = ""
    _clause: bool = False
    _double: bool = False  # the next delta is sent twice
    _swap: bool = False  # the next delta is sent after the one that follows it
    _held: Mapping[str, object] | None = None

    # ------------------------------------------------------------------------------- whole

    async def whole(self) -> web.Response:
        """Return the message as one JSON document when its last token is due."""
        await self._strike_before_answer("first")
        await self._strike_before_answer("middle")
        total = self.composition.output_tokens
        await self._wait(total - 1)
        await self._strike_before_answer("end")
        message = self.envelope.as_json(
            [block.as_json() for block in self.composition.blocks], output_tokens=total
        )
        message["stop_reason"] = self.composition.stop_reason
        message["stop_sequence"] = self.composition.stop_sequence
        return web.json_response(message, headers={"request-id": self.envelope.request_id})

    async def _strike_before_answer(self, at: At) -> None:
        fault = await self.watch.fault(at)
        if fault is None:
            return
        await fault.apply_delay()
        await fault.apply_stall()
        if fault.kind is FaultKind.ERROR:
            raise ApiError(fault.status)
        if fault.kind is FaultKind.DROP:
            self._abort()

    # ------------------------------------------------------------------------------- streamed

    async def streamed(self) -> web.StreamResponse:
        """Send the message as events, each token when it is due."""
        response = web.StreamResponse(
            headers={
                "content-type": "text/event-stream; charset=utf-8",
                "cache-control": "no-cache",
                "request-id": self.envelope.request_id,
            }
        )
        await response.prepare(self.request)
        try:
            await self._events(response)
        except ApiError as exc:
            body = errors.body(exc, request=self.envelope.request_id)
            await self._send(response, "error", body)
        return response

    async def _events(self, response: web.StreamResponse) -> None:
        await self._wait(0)
        start = self.envelope.as_json([], output_tokens=1)
        await self._send(response, "message_start", {"type": "message_start", "message": start})
        await self._strike("first")
        if not self.composition.blocks:
            await self._send(response, "ping", {"type": "ping"})
        for index, block in enumerate(self.composition.blocks):
            await self._block(response, index, block)
        await self._strike("end")
        delta = {
            "stop_reason": self.composition.stop_reason,
            "stop_sequence": self.composition.stop_sequence,
        }
        usage = {"output_tokens": self.composition.output_tokens}
        ending = {"type": "message_delta", "delta": delta, "usage": usage}
        await self._send(response, "message_delta", ending)
        await self._send(response, "message_stop", {"type": "message_stop"})

    async def _block(self, response: web.StreamResponse, index: int, block: Text | ToolUse) -> None:
        start = {"type": "content_block_start", "index": index, "content_block": _empty(block)}
        await self._send(response, "content_block_start", start)
        if index == 0:
            await self._send(response, "ping", {"type": "ping"})
        for delta in _deltas(block):
            await self._wait(self._sent)
            if self._sent == self.composition.output_tokens // 2:
                await self._strike("middle")
            event = {"type": "content_block_delta", "index": index, "delta": delta}
            await self._token(response, event)
            self._note(block, delta)
        await self._release(response)
        stop = {"type": "content_block_stop", "index": index}
        await self._send(response, "content_block_stop", stop)

    async def _token(self, response: web.StreamResponse, event: Mapping[str, object]) -> None:
        """Send a delta; twice, or after its successor, where a fault says so."""
        if self._swap:
            self._swap, self._held = False, event
            return
        await self._send(response, "content_block_delta", event)
        if self._double:
            self._double = False
            await self._send(response, "content_block_delta", event)
        await self._release(response)

    async def _release(self, response: web.StreamResponse) -> None:
        held, self._held = self._held, None
        if held is not None:
            await self._send(response, "content_block_delta", held)

    def _note(self, block: Text | ToolUse, delta: dict[str, object]) -> None:
        """Tell the journal of the first token and of the first clause that can be spoken."""
        self._sent += 1
        if self._sent == 1:
            self.watch.record("llm.first_token")
        if isinstance(block, Text) and not self._clause:
            self._said += str(delta["text"])
            whole = self._said == block.text
            pauses = [match.end() for match in _PAUSE.finditer(self._said)]
            if whole or any(end > SHORTEST_CLAUSE for end in pauses):
                self._clause = True
                self.watch.record("llm.first_clause", characters=len(self._said))

    async def _strike(self, at: At) -> None:
        """Apply the fault armed for this place of a stream that has begun."""
        fault = await self.watch.fault(at)
        if fault is None:
            return
        await fault.apply_delay()
        await fault.apply_stall()
        match fault.kind:
            case FaultKind.ERROR:
                raise ApiError(fault.status)
            case FaultKind.DROP:
                self._abort()
            case FaultKind.DUPLICATE:
                self._double = True
            case FaultKind.REORDER:
                self._swap = True
            case FaultKind.DELAY | FaultKind.STALL:
                # later tokens keep their distance from the one that was held back
                self.arrived += fault.ms / 1000

    # ------------------------------------------------------------------------------- the wire

    async def _wait(self, token: int) -> None:
        due = self.arrived + self.speed.due(token)
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))

    def _abort(self) -> None:
        """Cut the connection without a goodbye."""
        if self.request.transport is not None:
            self.request.transport.abort()
        raise Cut

    async def _send(
        self, response: web.StreamResponse, event: str, data: Mapping[str, object]
    ) -> None:
        await response.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())


def _empty(block: Text | ToolUse) -> dict[str, object]:
    if isinstance(block, Text):
        return {"type": "text", "text": ""}
    return {"type": "tool_use", "id": block.id, "name": block.name, "input": {}}


def _deltas(block: Text | ToolUse) -> Iterator[dict[str, object]]:
    for piece in block.pieces:
        if isinstance(block, Text):
            yield {"type": "text_delta", "text": piece}
        else:
            yield {"type": "input_json_delta", "partial_json": piece}
