"""Everything one socket says, in order, with the faults armed for its call."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError

from infra.local.vendors.deepgram.handshake import Client
from infra.local.vendors.engines.control import At, Control, Fault, FaultKind

Message: TypeAlias = Mapping[str, object] | bytes  # a JSON text frame, or audio


class Outbox:
    """After the first lost or closed connection everything is silently dropped."""

    def __init__(self, socket: web.WebSocketResponse, *, client: Client, control: Control) -> None:
        self._socket, self._client, self._control = socket, client, control
        self._held: Message | None = None  # waits for its successor, by a reorder fault

    async def send(self, message: Message, *, at: Sequence[At] = ()) -> None:
        """Send; `at` names the places at which faults may strike this message."""
        fault = await self._strike(at)
        if fault is None:
            await self._put(message)
            return
        await fault.apply_delay()
        await fault.apply_stall()
        match fault.kind:
            case FaultKind.ERROR:
                await self.fail("INJECTED_FAULT", "Injected fault.", close_code=1011)
            case FaultKind.DROP:
                self._client.abort()
            case FaultKind.REORDER if self._held is None:
                self._held = message
            case FaultKind.DUPLICATE:
                await self._put(message)
                await self._put(message)
            case _:
                await self._put(message)

    async def _strike(self, at: Sequence[At]) -> Fault | None:
        client = self._client
        for place in at:
            fault = await self._control.fault(
                place, route=client.route, api_key=client.api_key, call=client.call
            )
            if fault is not None:
                return fault
        return None

    async def fail(self, code: str, description: str, *, close_code: int) -> None:
        """Say what was wrong, then close."""
        await self._put(
            {"type": "Error", "variant": code, "code": code, "description": description}
        )
        await self.close(close_code, description)

    async def close(self, code: int, reason: str = "") -> None:
        """Close after a message still held back."""
        if self._held is not None:
            await self._put(None)
        await self._socket.close(code=code, message=reason.encode()[:123])  # RFC 6455, 5.5

    async def _put(self, message: Message | None) -> None:
        held, self._held = self._held, None
        for each in (message, held):
            if each is not None and not self._socket.closed:
                await self._write(each)

    async def _write(self, message: Message) -> None:
        try:
            if isinstance(message, bytes):
                await self._socket.send_bytes(message)
            else:
                await self._socket.send_str(json.dumps(message))
        except ClientConnectionResetError:
            self._held = None  # the client is gone; the receiving side notices by itself
