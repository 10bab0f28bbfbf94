"""The control plane's HTTP front: `python -m infra.local.stack.gateway --port N`.

As strict as API Gateway (REST, Lambda proxy integration): only the app's own routes exist, 29 s and
10 MB a request, and the answer must have the proxy's shape. Source: API Gateway's developer guide,
"Quotas" and "Lambda proxy integrations".
"""

import argparse
import asyncio
import base64
import json
import logging
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from infra.local.stack.lambda_runtime import (
    HTTP_FUNCTION,
    MAX_PAYLOAD,
    Container,
    InvocationFailed,
    TimedOut,
    fork_server,
)
from infra.local.stack.network import HOST

logger = logging.getLogger(__name__)

_SECONDS = 29.0
_MAX_REQUEST = 10 * 1024 * 1024
_STAGE = "api"
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the API: its path with parameters, and its methods."""

    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


class Routes:
    """The API's resources, read from the Chalice app."""

    def __init__(self, routes: Mapping[str, Mapping[str, object]]) -> None:
        self._resources = [
            Resource(path, _pattern(path), frozenset(methods)) for path, methods in routes.items()
        ]
        # API Gateway prefers a literal segment to a parameter.
        self._resources.sort(key=lambda r: r.path.count("{"))

    def match(self, method: str, path: str) -> tuple[Resource, dict[str, str]] | None:
        """The resource that answers, with its path parameters."""
        for resource in self._resources:
            if (found := resource.pattern.fullmatch(path)) and method in resource.methods:
                return resource, found.groupdict()
        return None


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    literal = [
        re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+)" for i, part in enumerate(parts)
    ]
    return re.compile("".join(literal))


class Gateway:
    """Turns requests into proxy events for a fixed number of containers."""

    def __init__(self, routes: Routes, *, containers: int, binary_types: frozenset[str]) -> None:
        self._routes, self._binary = routes, binary_types
        context = fork_server()
        self._idle: asyncio.Queue[Container] = asyncio.Queue()
        for _ in range(containers):
            container = Container(context)
            container.start()
            self._idle.put_nowait(container)
        self._threads = ThreadPoolExecutor(containers, thread_name_prefix="container")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        request_id = str(uuid.uuid4())
        matched = self._routes.match(request.method, request.path)
        if matched is None:
            return _gateway_error(404, "RES_NOT_FOUND", "There is no such route.", request_id)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _gateway_error(413, "RES_TOO_LARGE", "The request is too large.", request_id)
        event = self._event(request, body, matched, request_id)
        if len(json.dumps(event)) > MAX_PAYLOAD:
            return _gateway_error(413, "RES_TOO_LARGE", "The request is too large.", request_id)
        try:
            return _response(await self._invoke(event))
        except TimedOut:
            return _gateway_error(504, "SRV_TIMEOUT", "The request timed out.", request_id)
        except (InvocationFailed, KeyError, TypeError, ValueError):
            logger.exception("integration failed")
            return _gateway_error(502, "SRV_EXTERNAL_SERVICE", "The service failed.", request_id)

    async def _invoke(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        started = time.monotonic()
        try:
            async with asyncio.timeout(_SECONDS):
                container = await self._idle.get()
        except TimeoutError as exc:
            raise TimedOut("no container") from exc
        left = max(0.01, _SECONDS - (time.monotonic() - started))
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._threads, lambda: container.invoke(HTTP_FUNCTION, event, seconds=left)
            )
        finally:
            self._idle.put_nowait(container)

    def _event(
        self,
        request: web.Request,
        body: bytes,
        matched: tuple[Resource, dict[str, str]],
        request_id: str,
    ) -> dict[str, Any]:
        resource, parameters = matched
        binary = request.content_type in self._binary
        text = base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")
        query = {k: request.query.getall(k) for k in request.query}
        headers = {k: request.headers.getall(k) for k in request.headers}
        return {
            "resource": resource.path,
            "path": request.path,
            "httpMethod": request.method,
            "headers": {k: v[-1] for k, v in headers.items()},
            "multiValueHeaders": headers,
            "queryStringParameters": {k: v[-1] for k, v in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": _context(request, resource, request_id),
            "body": text if body else None,
            "isBase64Encoded": binary,
        }


def _context(request: web.Request, resource: Resource, request_id: str) -> dict[str, Any]:
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "stage": _STAGE,
        "protocol": "HTTP/1.1",
        "httpMethod": request.method,
        "path": request.path,
        "resourcePath": resource.path,
        "requestId": request_id,
        "requestTimeEpoch": round(time.time() * 1000),
        "identity": {
            "sourceIp": request.remote,
            "userAgent": request.headers.get("User-Agent"),
        },
    }


def _response(answer: Mapping[str, Any]) -> web.Response:
    raw = answer.get("body") or ""
    body = base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode()
    response = web.Response(status=int(answer["statusCode"]), body=body)
    for name, value in _headers(answer):
        response.headers.popall(name, None)
        response.headers.add(name, value)
    return response


def _headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = answer.get("headers") or {}
    many = answer.get("multiValueHeaders") or {}
    for name, value in single.items():
        if name.lower() not in _HOP_BY_HOP and name not in many:
            yield name, str(value)
    for name, values in many.items():
        if name.lower() not in _HOP_BY_HOP:
            yield from ((name, str(value)) for value in values)


def _gateway_error(status: int, code: str, message: str, request_id: str) -> web.Response:
    """The gateway responses that `infra/resources.yaml` sets for the deployed API."""
    error = {"code": code, "message": message, "details": [], "request_id": request_id}
    return web.json_response({"error": error}, status=status)


def main() -> None:
    """Serve until killed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--containers", type=int, default=3)
    options = arguments.parse_args()
    logging.basicConfig(level=logging.INFO)
    import app as functions  # noqa: PLC0415 -- the routes; needs the settings in the environment

    gateway = Gateway(
        Routes(functions.app.routes),
        containers=options.containers,
        binary_types=frozenset(functions.app.api.binary_types),
    )
    server = web.Application(client_max_size=_MAX_REQUEST)
    server.router.add_route("*", "/{path:.*}", gateway.handle)
    web.run_app(server, host=HOST, port=options.port, access_log=None, print=None)


if __name__ == "__main__":
    main()
