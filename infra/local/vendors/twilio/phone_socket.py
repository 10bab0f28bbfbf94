"""One telephone on a socket: places calls, is rung, talks, presses keys, hangs up."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from aiohttp import WSMsgType, web

from infra.local.vendors.twilio.line import FRAME, Line
from infra.local.vendors.twilio.model import E164, Call, CallStatus
from infra.local.vendors.twilio.phones import Phones, Unanswered

KEYS = frozenset("0123456789*#ABCD")


class BadCommand(Exception):
    """The telephone said something a telephone cannot say; the text goes back to it."""


class PhoneSocket:
    """Serves one connection; at most one call at a time."""

    def __init__(self, *, phones: Phones, dial: Callable[[Line, str], Awaitable[None]]) -> None:
        self._phones, self._dial = phones, dial
        self._socket = web.WebSocketResponse(compress=False, heartbeat=None)
        self._line: Line | None = None
        self._numbers: list[str] = []
        self._rung: asyncio.Future[bool] | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        await self._socket.prepare(request)
        try:
            async for message in self._socket:
                if message.type is WSMsgType.BINARY:
                    self._spoke(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self._command(message.data)
        except BadCommand as exc:
            await self._tell({"event": "error", "message": str(exc)})
            await self._socket.close(code=1008, message=b"bad command")
        finally:
            self._unplug()
        return self._socket

    def _unplug(self) -> None:
        for number in self._numbers:
            self._phones.unplug(number, self._ring)
        if self._rung is not None and not self._rung.done():
            self._rung.set_result(False)
        if self._line is not None:
            self._line.hang_up()

    def _spoke(self, frame: bytes) -> None:
        if len(frame) != FRAME:
            raise BadCommand(f"a frame is {FRAME} bytes of mu-law")
        if self._line is not None:
            self._line.spoke(frame)

    async def _command(self, text: str) -> None:
        name, value = _one_command(text)
        match name:
            case "dial":
                await self._place(value)
            case "register":
                await self._register(value)
            case "answer" | "reject":
                self._take(answered=name == "answer")
            case "dtmf":
                self._press(value)
            case "hangup":
                if self._line is not None:
                    self._line.hang_up()
            case _:
                raise BadCommand(f"unknown command {name}")

    async def _place(self, value: object) -> None:
        if self._line is not None:
            raise BadCommand("the telephone is engaged")
        to, from_ = _numbers(value, "to", "from")
        self._line = self._new_line(from_)
        await self._dial(self._line, to)

    async def _register(self, value: object) -> None:
        (number,) = _numbers(value, "number")
        self._numbers.append(number)
        self._phones.plug(number, self._ring)
        await self._tell({"event": "registered", "number": number})

    def _press(self, value: object) -> None:
        if not isinstance(value, str) or not value or not set(value) <= KEYS:
            raise BadCommand("dtmf is a text of 0-9 * # A-D")
        if self._line is not None:
            for digit in value:
                self._line.pressed(digit)

    def _take(self, *, answered: bool) -> None:
        if self._rung is None or self._rung.done():
            raise BadCommand("the telephone does not ring")
        self._rung.set_result(answered)

    async def _ring(self, call: Call) -> Line:
        """A telephone for `Phones`: ring until the person answers or rejects."""
        if self._line is not None or self._rung is not None:
            raise Unanswered(CallStatus.BUSY)
        self._rung = asyncio.get_running_loop().create_future()
        event = {"call_sid": call.sid, "from": call.from_, "to": call.to}
        try:
            await self._tell({"event": "incoming", **event})
            if not await self._rung:
                raise Unanswered(CallStatus.BUSY)
        except asyncio.CancelledError:
            await self._tell({"event": "ended", "reason": "canceled", "status": "canceled"})
            raise
        finally:
            self._rung = None
        self._line = self._new_line(call.to)
        await self._tell({"event": "answered", "call_sid": call.sid})
        return self._line

    def _new_line(self, number: str) -> Line:
        line = Line(number=number, speaker=self._hear)
        line.informed = self._informed
        return line

    async def _hear(self, frame: bytes) -> None:
        try:
            await self._socket.send_bytes(frame)
        except ConnectionError:
            self._unplug()

    async def _informed(self, event: Mapping[str, object]) -> None:
        if event["event"] == "ended":
            self._line = None
        await self._tell(event)

    async def _tell(self, event: Mapping[str, object]) -> None:
        try:
            await self._socket.send_json(event)
        except ConnectionError:
            self._unplug()


def _one_command(text: str) -> tuple[str, object]:
    try:
        parsed: object = json.loads(text)
    except ValueError as exc:
        raise BadCommand("not JSON") from exc
    if not isinstance(parsed, dict) or len(cast("dict[str, object]", parsed)) != 1:
        raise BadCommand("one command at a time")
    ((name, value),) = cast("dict[str, object]", parsed).items()
    return name, value


def _numbers(value: object, *names: str) -> tuple[str, ...]:
    if not isinstance(value, dict) or cast("dict[str, object]", value).keys() != set(names):
        raise BadCommand(f"needs {' and '.join(names)}")
    numbers = tuple(cast("dict[str, object]", value)[name] for name in names)
    if not all(isinstance(number, str) and E164.fullmatch(number) for number in numbers):
        raise BadCommand("a number is +, then 7 to 15 digits")
    return cast("tuple[str, ...]", numbers)
