"""The control plane's HTTP front: `python -m infra.local.stack.gateway --port N`.

As strict as API Gateway (REST, Lambda proxy integration): only the app's own routes exist, 29 s and
10 MB a request, 6 MB an event or an answer, and the answer must have the proxy's shape. Source: API
Gateway's developer guide, "Quotas".
"""

import argparse
import asyncio
import gzip
import json
import logging
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
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
from infra.local.stack.layout import ROOT
from infra.local.stack.network import HOST
from infra.local.stack.proxy import Incoming, MalformedAnswer, Outgoing, Routes, answer, event

logger = logging.getLogger(__name__)

SECONDS = 29.0
_LEVEL = 6  # of gzip: the ninth takes twice the time for a hundredth less
MAX_REQUEST = 10 * 1024 * 1024  # bytes
ANY_PAGE = {"Access-Control-Allow-Origin": "*"}  # may read what the gateway says itself


class Gateway:
    """Turns requests into events for a fixed number of containers, and their answers back."""

    def __init__(
        self,
        routes: Routes,
        *,
        containers: list[Container],
        binary_types: frozenset[str] = frozenset(),
        seconds: float = SECONDS,
        compress_from: int | None = None,
    ) -> None:
        self._routes, self._binary, self._seconds = routes, binary_types, seconds
        self._compress_from = compress_from  # bytes of an answer; None for never
        self._idle: asyncio.Queue[Container] = asyncio.Queue()
        for container in containers:
            self._idle.put_nowait(container)
        self._threads = ThreadPoolExecutor(len(containers), thread_name_prefix="container")

    def application(self) -> web.Application:
        """An HTTP server that has every path."""
        server = web.Application(client_max_size=MAX_REQUEST)
        server.router.add_route("*", "/{path:.*}", self.handle)
        return server

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        request_id = str(uuid.uuid4())
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refusal(
                413, "RES_TOO_LARGE", message="The request is too large.", request_id=request_id
            )
        incoming = Incoming(
            method=request.method,
            target=request.raw_path,
            headers=tuple(request.headers.items()),
            body=body,
            request_id=request_id,
            source_ip=request.remote or "",
        )
        made = event(incoming, self._routes, binary_types=self._binary)
        if made is None:
            return refusal(
                404, "RES_NOT_FOUND", message="There is no such route.", request_id=request_id
            )
        if len(json.dumps(made)) > MAX_PAYLOAD:
            return refusal(
                413, "RES_TOO_LARGE", message="The request is too large.", request_id=request_id
            )
        try:
            return self._response(answer(await self._invoke(made)), request)
        except TimedOut:
            return refusal(
                504, "SRV_TIMEOUT", message="The request timed out.", request_id=request_id
            )
        except (InvocationFailed, MalformedAnswer):
            logger.exception("integration failed")
            return refusal(
                502, "SRV_EXTERNAL_SERVICE", message="The service failed.", request_id=request_id
            )

    async def _invoke(self, made: Mapping[str, Any]) -> object:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                container = await self._idle.get()
        except TimeoutError as exc:
            raise TimedOut("no container") from exc
        left = max(0.01, self._seconds - (time.monotonic() - started))
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(
            self._threads, lambda: container.invoke(HTTP_FUNCTION, made, seconds=left)
        )
        # Not before its thread is done with it, even when nobody waits for the answer any more.
        running.add_done_callback(lambda _: self._idle.put_nowait(container))
        return await asyncio.shield(running)

    def _response(self, outgoing: Outgoing, request: web.Request) -> web.Response:
        body, least = outgoing.body, self._compress_from
        asked = "gzip" in request.headers.get("Accept-Encoding", "")
        compressed = asked and least is not None and len(body) >= least
        sent = gzip.compress(body, _LEVEL, mtime=0) if compressed else body
        response = web.Response(status=outgoing.status, body=sent)
        for name in {name for name, _ in outgoing.headers}:
            response.headers.popall(name, None)
        for name, value in outgoing.headers:
            response.headers.add(name, value)
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _compression() -> int:
    """`MinimumCompressionSize` of the deployed API."""
    config = json.loads((ROOT / "functions" / ".chalice" / "config.json").read_text())
    return int(config["minimum_compression_size"])


def refusal(status: int, code: str, *, message: str, request_id: str) -> web.Response:
    """The gateway responses that `infra/resources.yaml` sets for the deployed API."""
    error: dict[str, object] = {"code": code, "message": message, "details": []}
    error["request_id"] = request_id
    return web.json_response({"error": error}, status=status, headers=ANY_PAGE)


def main() -> None:
    """Serve until killed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--containers", type=int, default=3)
    options = arguments.parse_args()
    logging.basicConfig(level=logging.INFO)
    import app as functions  # noqa: PLC0415 -- the routes; needs the settings in the environment

    context = fork_server()
    containers = [Container(context) for _ in range(options.containers)]
    for container in containers:
        container.start()
    gateway = Gateway(
        Routes(functions.app.routes),
        containers=containers,
        binary_types=frozenset(functions.app.api.binary_types),
        compress_from=_compression(),
    )
    web.run_app(gateway.application(), host=HOST, port=options.port, access_log=None, print=None)


if __name__ == "__main__":
    main()
