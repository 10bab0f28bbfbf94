"""The routes of the Anthropic-compatible server: messages, models, the model's speed."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

from aiohttp import web
from pydantic import ValidationError

from infra.local.vendors.anthropic import catalogue, errors, rules, schema
from infra.local.vendors.anthropic.composition import Composition, compose
from infra.local.vendors.anthropic.delivery import Cut, Delivery, Envelope
from infra.local.vendors.anthropic.errors import ApiError, invalid
from infra.local.vendors.anthropic.receptionist.brain import Receptionist
from infra.local.vendors.anthropic.schema import MessageRequest
from infra.local.vendors.anthropic.speed import SpeedOrder, Speeds
from infra.local.vendors.engines.control import At, Control, Fault, FaultKind

LARGEST_REQUEST = 32 * 1024 * 1024  # bytes; documented limit of the Messages API
VERSIONS = frozenset(("2023-06-01", "2023-01-01"))
ROUTE = "/v1/messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    """One request's journal and faults."""

    control: Control
    api_key: str
    call: str

    def record(self, event: str, **fields: object) -> None:
        self.control.record(self.call, event, **fields)

    async def fault(self, at: At) -> Fault | None:
        return await self.control.fault(at, route=ROUTE, api_key=self.api_key, call=self.call)


class AnthropicServer:
    """One process's API; the receptionist thinks on a thread of its own."""

    def __init__(self, *, speeds: Speeds) -> None:
        self._speeds = speeds
        self._receptionist: Receptionist | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="receptionist")
        self._control = Control(ready=lambda: self._receptionist is not None)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_as_api_errors])
        app.add_routes(self._control.routes())
        app.add_routes(
            [
                web.post(ROUTE, self._messages),
                web.get("/v1/models", self._models),
                web.get("/v1/models/{id}", self._model),
                web.post("/speed", self._set_speed),
            ]
        )
        app.on_cleanup.append(self._stop)
        return app

    def employ(self, receptionist: Receptionist) -> None:
        """Give the server its receptionist; until then /health answers 503."""
        self._receptionist = receptionist

    async def _stop(self, _: web.Application) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------------------------- messages

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        arrived = asyncio.get_running_loop().time()
        api_key = _authenticated(request)
        body = await _json_body(request)
        watch = _Watch(control=self._control, api_key=api_key, call=_call_of(body))
        await self._strike_at_accept(request, watch)
        wanted = schema.parse(body)
        model = catalogue.find(wanted.model)
        if model is None:
            raise ApiError(404, f"model: {wanted.model}")
        rules.check(wanted, model)
        watch.record(
            "llm.request", model=model.id, stream=wanted.stream, messages=len(wanted.messages)
        )
        delivery = Delivery(
            request=request,
            watch=watch,
            speed=self._speeds.of(watch.call),
            arrived=arrived,
            envelope=Envelope(
                message_id=f"msg_{secrets.token_hex(12)}",
                request_id=str(request["request_id"]),
                model=model.id,
                input_tokens=rules.input_tokens(wanted),
            ),
            composition=await self._think(wanted),
        )
        return await _deliver(delivery, watch, streamed=wanted.stream)

    async def _think(self, wanted: MessageRequest) -> Composition:
        """Let the receptionist find the reply; a waiting client delays nobody else's stream."""
        if self._receptionist is None:
            raise ApiError(529)
        loop = asyncio.get_running_loop()
        body = wanted.model_dump(exclude_none=True)
        reply = await loop.run_in_executor(self._thread, self._receptionist.reply, body)
        parallel = not getattr(wanted.tool_choice, "disable_parallel_tool_use", False)
        return compose(
            reply,
            max_tokens=wanted.max_tokens,
            stop_sequences=wanted.stop_sequences,
            parallel_tools=parallel,
        )

    async def _strike_at_accept(self, request: web.Request, watch: _Watch) -> None:
        fault = await watch.fault("accept")
        if fault is None:
            return
        await fault.apply_delay()
        await fault.apply_stall()
        if fault.kind is FaultKind.ERROR:
            raise ApiError(fault.status)
        if fault.kind is FaultKind.DROP:
            if request.transport is not None:
                request.transport.abort()
            raise Cut

    # ------------------------------------------------------------------------------- the rest

    async def _models(self, request: web.Request) -> web.Response:
        _authenticated(request)
        try:
            limit = int(request.query.get("limit", "20"))
        except ValueError as exc:
            raise invalid("limit: Input should be a valid integer") from exc
        if not 1 <= limit <= 1000:  # noqa: PLR2004  # documented range
            raise invalid("limit: Input should be between 1 and 1000")
        page = catalogue.MODELS[:limit]
        return web.json_response(
            {
                "data": [catalogue.as_json(model) for model in page],
                "has_more": len(page) < len(catalogue.MODELS),
                "first_id": page[0].id,
                "last_id": page[-1].id,
            },
            headers={"request-id": str(request["request_id"])},
        )

    async def _model(self, request: web.Request) -> web.Response:
        _authenticated(request)
        model = catalogue.find(request.match_info["id"])
        if model is None:
            raise ApiError(404, f"model: {request.match_info['id']}")
        return web.json_response(catalogue.as_json(model))

    async def _set_speed(self, request: web.Request) -> web.Response:
        try:
            order = SpeedOrder.model_validate_json(await request.read())
        except ValidationError as exc:
            found = exc.errors(include_url=False, include_context=False)
            return web.json_response({"errors": found}, status=400)
        self._speeds.set(order)
        return web.Response(status=204)


async def _deliver(delivery: Delivery, watch: _Watch, *, streamed: bool) -> web.StreamResponse:
    try:
        response = await (delivery.streamed() if streamed else delivery.whole())
    except ConnectionResetError as exc:
        # The client went away, as it does when it drops a reply it asked for too early.
        watch.record("llm.cancelled")
        raise Cut from exc
    except asyncio.CancelledError:
        watch.record("llm.cancelled")
        raise
    composition = delivery.composition
    watch.record(
        "llm.done", stop_reason=composition.stop_reason, output_tokens=composition.output_tokens
    )
    return response


def _authenticated(request: web.Request) -> str:
    """Return the API key; every request needs one, and a version."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    key = request.headers.get("x-api-key", "") or bearer
    if not key:
        raise ApiError(401, "x-api-key header is required")
    if key.startswith("invalid"):
        raise ApiError(401, "invalid x-api-key")
    version = request.headers.get("anthropic-version")
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f'anthropic-version: "{version}" is not a valid version')
    return key


async def _json_body(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise invalid("content-type: must be application/json")
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as exc:
        raise ApiError(413) from exc
    try:
        return cast("object", json.loads(raw))
    except ValueError as exc:
        raise invalid("The request body is not valid JSON") from exc


def _call_of(body: object) -> str:
    """Return the tag of the call, before the body is known to be sound."""
    metadata = (
        cast("Mapping[str, object]", body).get("metadata") if isinstance(body, dict) else None
    )
    user = (
        cast("Mapping[str, object]", metadata).get("user_id")
        if isinstance(metadata, dict)
        else None
    )
    return user if isinstance(user, str) else ""


@web.middleware
async def _as_api_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Give every request an id and every refusal the API's shape."""
    identity = errors.request_id()
    request["request_id"] = identity
    try:
        return await handler(request)
    except ApiError as exc:
        return errors.response(exc, request=identity)
    except Cut:
        return web.Response(status=500)  # the connection is gone: nobody reads it
    except web.HTTPNotFound:
        return errors.response(ApiError(404, "Not found"), request=identity)
    except web.HTTPMethodNotAllowed:
        return errors.response(ApiError(405, "Method Not Allowed"), request=identity)
