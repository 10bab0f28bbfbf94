"""API Gateway's shapes: which resource a request is for, the event it becomes, the answer it gets.

Source: API Gateway's developer guide, "Set up Lambda proxy integrations": input format 1.0 and the
output that a REST API accepts.
"""

import base64
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

_STAGE = "api"
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it came over the wire."""

    method: str
    target: str  # path and query, encoded
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    request_id: str = "request"
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The last header of that name, or nothing."""
        found = [value for known, value in self.headers if known.lower() == name]
        return found[-1] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An answer as it goes over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: bytes = b""


class MalformedAnswer(ValueError):
    """The function answered something that is no proxy answer: API Gateway makes it a 502."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the API: its path with parameters, and its methods."""

    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


class Routes:
    """The API's resources, read from the Chalice app."""

    def __init__(self, routes: Mapping[str, Iterable[str]]) -> None:
        self._resources = [
            Resource(path, _pattern(path), frozenset(methods)) for path, methods in routes.items()
        ]
        # API Gateway prefers a literal segment to a parameter.
        self._resources.sort(key=lambda resource: resource.path.count("{"))

    def match(self, method: str, path: str) -> tuple[Resource, dict[str, str]] | None:
        """The resource that answers, with its path parameters."""
        for resource in self._resources:
            if (found := resource.pattern.fullmatch(path)) and method in resource.methods:
                return resource, found.groupdict()
        return None


def event(
    incoming: Incoming, routes: Routes, *, binary_types: frozenset[str] = frozenset()
) -> dict[str, Any] | None:
    """The event of a request; None when no resource is for it."""
    url = urlsplit(incoming.target)
    matched = routes.match(incoming.method, url.path)
    if matched is None:
        return None
    resource, parameters = matched
    binary = incoming.header("content-type").partition(";")[0].strip() in binary_types
    body = incoming.body
    text = base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")
    query = _grouped(parse_qsl(url.query, keep_blank_values=True))
    headers = _grouped(incoming.headers)
    return {
        "resource": resource.path,
        "path": url.path,
        "httpMethod": incoming.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": _context(incoming, resource, url.path),
        "body": text if body else None,
        "isBase64Encoded": binary,
    }


def answer(given: object) -> Outgoing:
    """The answer of a function; raises `MalformedAnswer`."""
    fields = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    status, text = fields.get("statusCode"), fields.get("body")
    if text is None:
        text = ""
    if not isinstance(status, int) or not isinstance(text, str):
        raise MalformedAnswer("statusCode is no number, or the body no text")
    body = base64.b64decode(text) if fields.get("isBase64Encoded") else text.encode()
    return Outgoing(status=status, headers=tuple(_headers(fields)), body=body)


def _headers(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    single = cast("Mapping[str, object]", given.get("headers") or {})
    many = cast("Mapping[str, list[object]]", given.get("multiValueHeaders") or {})
    for name, value in single.items():
        if name.lower() not in _HOP_BY_HOP and name not in many:
            yield name, str(value)
    for name, values in many.items():
        if name.lower() not in _HOP_BY_HOP:
            yield from ((name, str(value)) for value in values)


def _context(incoming: Incoming, resource: Resource, path: str) -> dict[str, Any]:
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "stage": _STAGE,
        "protocol": "HTTP/1.1",
        "httpMethod": incoming.method,
        "path": path,
        "resourcePath": resource.path,
        "requestId": incoming.request_id,
        "requestTimeEpoch": round(time.time() * 1000),
        "identity": {
            "sourceIp": incoming.source_ip,
            "userAgent": incoming.header("user-agent") or None,
        },
    }


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    pieces = [
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^/]+)"
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(pieces))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _last(grouped: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in grouped.items()}
