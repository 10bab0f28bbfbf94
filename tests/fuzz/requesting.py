"""From Schemathesis' cases to the control plane and back, in this process."""

import json
from collections import defaultdict
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from schemathesis import Case, Response

from infra.local.stack import proxy
from infra.local.stack.gateway import refusal
from infra.local.stack.lambda_runtime import HTTP_FUNCTION, Context
from infra.local.stack.proxy import Incoming, Outgoing, Routes
from tests.fixtures.web_api import ControlPlane

_BASE = "http://api.example.com"
_TAKEN = {"method", "url", "params", "data", "json", "files", "cookies"}


def sent(case: Case[Any], *, by: ControlPlane) -> requests.PreparedRequest:
    """The request as it would go over the wire."""
    arguments = case.as_transport_kwargs(base_url=_BASE)
    headers = dict(arguments.pop("headers", None) or {}) | {"Authorization": f"Bearer {by.token}"}
    if by.support_grant:
        headers["X-Support-Grant"] = by.support_grant
    given = {name: value for name, value in arguments.items() if name in _TAKEN}
    return requests.Request(headers=headers, **given).prepare()


def ask(plane: ControlPlane, request: requests.PreparedRequest) -> Response:
    """The answer to a request, as the gateway would give it."""
    url = urlsplit(str(request.url))
    body = cast("str | bytes", request.body or b"")
    incoming = Incoming(
        method=str(request.method),
        target=url.path + (f"?{url.query}" if url.query else ""),
        headers=tuple((_text(name), _text(value)) for name, value in request.headers.items()),
        body=body.encode() if isinstance(body, str) else body,
    )
    answered = _answered(plane, incoming)
    headers: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in answered.headers:
        headers[name].append(value)
    return Response(
        answered.status,
        headers,
        answered.body,
        request,
        elapsed=0.0,
        verify=False,
        encoding="utf-8",
    )


def _answered(plane: ControlPlane, incoming: Incoming) -> Outgoing:
    event = proxy.event(incoming, Routes(plane.app.routes))
    if event is None:  # a parameter with a slash in it is another path
        none = refusal(404, "RES_NOT_FOUND", message="There is no such route.", request_id="none")
        content = (none.text or "").encode()
        return Outgoing(status=404, headers=(("Content-Type", "application/json"),), body=content)
    context = Context(HTTP_FUNCTION, "invocation", deadline=float("inf"))
    return proxy.answer(json.loads(json.dumps(plane.app(event, context))))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
