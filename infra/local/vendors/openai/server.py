"""The routes of the OpenAI-compatible server."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

from aiohttp import web

from infra.local.vendors.engines.control import At, Control, FaultKind
from infra.local.vendors.openai import embedding, errors, schema
from infra.local.vendors.openai.embedding import Model
from infra.local.vendors.openai.errors import ApiError
from infra.local.vendors.openai.schema import EmbeddingRequest

ROUTE = "/v1/embeddings"
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes: 2,048 inputs of 8,192 tokens are not sent in practice
PLACES: tuple[At, ...] = ("first", "middle", "end")


class OpenAiServer:
    """One process's API; the model runs on a thread of its own."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
        self._control = Control(ready=lambda: self._model is not None)

    def employ(self, model: Model) -> None:
        """Give the server its model; until then /health answers 503."""
        self._model = model

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_as_api_errors])
        app.add_routes([*self._control.routes(), web.post(ROUTE, self._embeddings)])
        app.on_cleanup.append(self._stop)
        return app

    async def _stop(self, _: web.Application) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _embeddings(self, request: web.Request) -> web.Response:
        key = _authenticated(request)
        body = await _json_body(request)
        call = _user_of(body)
        await self._strike("accept", request, key=key, call=call)
        wanted = schema.parse(body)
        self._control.record(call, "embed.request", inputs=len(wanted.texts))
        answer = await self._embed(wanted)
        for place in PLACES:  # one answer: every place lies before it
            await self._strike(place, request, key=key, call=call)
        self._control.record(call, "embed.done", **cast("dict[str, int]", answer["usage"]))
        return web.json_response(answer)

    async def _embed(self, wanted: EmbeddingRequest) -> dict[str, object]:
        if self._model is None:
            raise ApiError.of_status(503)
        work = partial(_answer, self._model, wanted)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _strike(self, at: At, request: web.Request, *, key: str, call: str) -> None:
        fault = await self._control.fault(at, route=ROUTE, api_key=key, call=call)
        if fault is None:
            return
        await fault.apply_delay()
        await fault.apply_stall()
        if fault.kind is FaultKind.ERROR:
            raise ApiError.of_status(fault.status)
        if fault.kind is FaultKind.DROP and request.transport is not None:
            request.transport.abort()


def _answer(model: Model, wanted: EmbeddingRequest) -> dict[str, object]:
    total = embedding.count(model, wanted.texts)
    vectors = embedding.embed(model, wanted.texts, dimensions=wanted.dimensions)
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": embedding.written(vector, wanted.encoding),
        }
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": total, "total_tokens": total}
    return {"object": "list", "data": data, "model": schema.MODEL, "usage": usage}


def _authenticated(request: web.Request) -> str:
    """Return the API key of `Authorization: Bearer`."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ApiError(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization"
            " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    if key.startswith("invalid"):
        message = "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."
        raise ApiError(401, message, code="invalid_api_key")
    return key.strip()


async def _json_body(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise ApiError(
            415,
            "Unsupported content type. This API method only accepts 'application/json' requests.",
        )
    try:
        return cast("object", json.loads(await request.read()))
    except ValueError as exc:
        raise ApiError(400, "We could not parse the JSON body of your request.") from exc
    except web.HTTPRequestEntityTooLarge as exc:
        raise ApiError(413, "Maximum content size limit exceeded.") from exc


def _user_of(body: object) -> str:
    """Return the tag of the call, before the body is known to be sound."""
    user = cast("Mapping[str, object]", body).get("user") if isinstance(body, dict) else None
    return user if isinstance(user, str) else ""


@web.middleware
async def _as_api_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Give every answer a request id and every refusal the API's shape."""
    try:
        response = await handler(request)
    except ApiError as exc:
        response = errors.response(exc)
    except web.HTTPNotFound:
        response = errors.response(ApiError(404, f"Invalid URL ({request.method} {request.path})"))
    except web.HTTPMethodNotAllowed:
        message = f"Not allowed to {request.method} on {request.path}."
        response = errors.response(ApiError(405, message, code="method_not_supported"))
    response.headers["x-request-id"] = f"req_{secrets.token_hex(16)}"
    return response
