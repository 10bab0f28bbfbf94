"""Control routes only this server has.

POST /phones  {number, behaviour: answer|busy|no-answer, say_tone_hz?, answer_after_ms?,
hangup_after_ms?}
              -> 204: how a telephone nobody plugged in takes calls
POST /inject  {call_sid, text | binary_base64, count?} -> 204: raw frames into the call's media
socket;
              409 when the call has none
POST /replay  {call_sid} -> 200 {status, content_type, body}: the call's voice webhook again, byte
for byte;
              409 when none was answered, 502 when it could not be sent
"""

import base64
import binascii
from typing import Annotated, Literal, TypeVar

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.local.vendors.twilio.exchange import Exchange
from infra.local.vendors.twilio.model import E164
from infra.local.vendors.twilio.phones import Behaviour


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Body = TypeVar("Body", bound=_Body)


class PhoneOrder(_Body):
    """Body of `POST /phones`."""

    number: Annotated[str, Field(pattern=f"^{E164.pattern}$")]
    behaviour: Literal["answer", "busy", "no-answer"]
    say_tone_hz: Annotated[int, Field(ge=100, le=3400)] = 700
    answer_after_ms: Annotated[int, Field(ge=0)] = 0
    hangup_after_ms: Annotated[int, Field(ge=0)] | None = None


class Injection(_Body):
    """Body of `POST /inject`."""

    call_sid: str
    text: str | None = None
    binary_base64: str | None = None
    count: Annotated[int, Field(ge=1, le=100_000)] = 1

    @model_validator(mode="after")
    def _is_one_frame(self) -> "Injection":
        if (self.text is None) == (self.binary_base64 is None):
            raise ValueError("text or binary_base64")
        return self

    def frame(self) -> str | bytes:
        if self.text is not None:
            return self.text
        return base64.b64decode(self.binary_base64 or "", validate=True)


class Replay(_Body):
    """Body of `POST /replay`."""

    call_sid: str


class Controls:
    """Routes that make the carrier or its callers behave as a test wants."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/phones", self._script),
            web.post("/inject", self._inject),
            web.post("/replay", self._replay),
        ]

    async def _script(self, request: web.Request) -> web.Response:
        order = await _read(request, PhoneOrder)
        behaviour = Behaviour(
            behaviour=order.behaviour,
            say_tone_hz=order.say_tone_hz,
            answer_after_ms=order.answer_after_ms,
            hangup_after_ms=order.hangup_after_ms,
        )
        self._exchange.phones.script(order.number, behaviour)
        return web.Response(status=204)

    async def _inject(self, request: web.Request) -> web.Response:
        order = await _read(request, Injection)
        stream = self._exchange.streams.get(order.call_sid)
        try:
            frame = order.frame()
            if stream is None:
                raise ConnectionResetError("the call has no media stream")
            for _ in range(order.count):
                await stream.inject(frame)
        except binascii.Error as exc:
            raise web.HTTPBadRequest(text="binary_base64 is not base64") from exc
        except (ConnectionError, aiohttp.ClientError) as exc:
            raise web.HTTPConflict(text=str(exc)) from exc
        return web.Response(status=204)

    async def _replay(self, request: web.Request) -> web.Response:
        order = await _read(request, Replay)
        recorded = self._exchange.voice_requests.get(order.call_sid)
        if recorded is None:
            raise web.HTTPConflict(text="no voice webhook of this call was answered")
        try:
            answer = await self._exchange.webhooks.replay(recorded)
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise web.HTTPBadGateway(text=type(exc).__name__) from exc
        body = {
            "status": answer.status,
            "content_type": answer.content_type,
            "body": answer.body.decode(errors="replace"),
        }
        return web.json_response(body)


async def _read(request: web.Request, model: type[Body]) -> Body:
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as exc:
        raise web.HTTPBadRequest(text=str(exc)) from exc
