"""The REST API's common part: authentication, faults, parameters, pages and errors."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from infra.local.vendors.engines.control import FaultKind
from infra.local.vendors.twilio.errors import ApiError
from infra.local.vendors.twilio.exchange import Account, Exchange
from infra.local.vendors.twilio.model import API_VERSION, Target

BASE = f"/{API_VERSION}/Accounts"
FORM = "application/x-www-form-urlencoded"
MAX_PAGE = 1000
DEFAULT_PAGE = 50


class Form:
    """The parameters of one request; what is not asked for by name is refused."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    @classmethod
    async def of(cls, request: web.Request, *, allowed: frozenset[str]) -> "Form":
        """Raises ApiError 20001 for an unknown parameter or a body that is not a form."""
        if request.can_read_body and request.content_type != FORM:
            raise ApiError(20001, f"content type {request.content_type}", status=415)
        fields = await request.post()
        values: dict[str, list[str]] = {}
        for name, value in fields.items():
            if name not in allowed:
                raise ApiError(20001, name)
            values.setdefault(name, []).append(str(value))
        return cls(values)

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, [default])[-1]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def has(self, name: str) -> bool:
        return name in self._values

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        text = self.text(name, str(default))
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ApiError(20001, f"{name} is not between {low} and {high}")
        return int(text)

    def method(self, name: str) -> str:
        value = self.text(name, "POST").upper()
        if value not in {"GET", "POST"}:
            raise ApiError(21403, value)
        return value

    def target(self, url: str, method: str, *, code: int = 21205) -> Target | None:
        """The URL parameter `url` with its method; nothing when it was not given or is empty."""
        given = self.text(url)
        if not given:
            return None
        parts = urlsplit(given)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ApiError(code, given)
        return Target(url=given, method=self.method(method))


def page(request: web.Request, key: str, *, records: Sequence[dict[str, object]]) -> web.Response:
    """One page of a list, newest first, with the addresses of its neighbours."""
    query = request.query
    size = _in_range(query.get("PageSize", str(DEFAULT_PAGE)), low=1, high=MAX_PAGE)
    number = _in_range(query.get("Page", "0"), low=0, high=1_000_000)
    start, path = number * size, request.path
    others = {k: v for k, v in query.items() if k not in {"Page", "PageSize", "PageToken"}}

    def uri(which: int) -> str:
        return f"{path}?{urlencode({**others, 'PageSize': size, 'Page': which})}"

    body = {
        key: list(records[start : start + size]),
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, min(start + size, len(records)) - 1),
        "uri": uri(number),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(number - 1) if number else None,
        "next_page_uri": uri(number + 1) if start + size < len(records) else None,
    }
    return web.json_response(body)


def _in_range(text: str, *, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ApiError(20001, "Page or PageSize")
    return int(text)


def not_found(request: web.Request) -> ApiError:
    return ApiError(20404, request.path.removeprefix(f"/{API_VERSION}"), status=404)


def guard(exchange: Exchange) -> Middleware:
    """Middleware of the REST paths: armed faults first, then authentication, then errors as Twilio
    writes them.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(f"/{API_VERSION}/"):
            return await handler(request)
        try:
            await _misbehave(exchange, request)
            _authenticate(exchange.account, request)
            response = await handler(request)
        except ApiError as exc:
            response = exc.response()
        except web.HTTPNotFound:
            response = not_found(request).response()
        except web.HTTPMethodNotAllowed:
            response = ApiError(20004, status=405).response()
        exchange.control.record(
            request.match_info.get("call", ""),
            "rest",
            method=request.method,
            path=request.path,
            status=response.status,
        )
        return response

    return middleware


def _authenticate(account: Account, request: web.Request) -> None:
    """HTTP basic: account SID and auth token; the SID in the path is the same account."""
    scheme, _, credentials = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    try:
        given = base64.b64decode(credentials, validate=True)
    except binascii.Error as exc:
        raise ApiError(20003, status=401) from exc
    expected = f"{account.sid}:{account.auth_token}".encode()
    if scheme.lower() != "basic" or not hmac.compare_digest(given, expected):
        raise ApiError(20003, status=401)
    if request.match_info.get("account", account.sid) != account.sid:
        raise not_found(request)


async def _misbehave(exchange: Exchange, request: web.Request) -> None:
    fault = await exchange.control.fault(
        "accept",
        route=request.path,
        api_key=exchange.account.sid,
        call=request.match_info.get("call", ""),
    )
    if fault is None:
        return
    await fault.apply_delay()
    await fault.apply_stall()
    if fault.kind is FaultKind.ERROR:
        raise ApiError(20500, status=fault.status)
    if fault.kind is FaultKind.DROP and request.transport is not None:
        request.transport.abort()
        raise web.HTTPInternalServerError
