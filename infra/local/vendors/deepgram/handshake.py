"""The upgrade request of both sockets: who calls, may they, and Deepgram's way of refusing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import uuid4

from aiohttp import web
from multidict import MultiMapping

from infra.local.vendors.engines.control import Control, FaultKind

BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


class Refusal(Exception):
    """The upgrade is refused with Deepgram's JSON error body and its debugging headers."""

    def __init__(self, message: str, *, status: int = 400, code: str = "Bad Request") -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def response(self, request_id: str) -> web.Response:
        message = f"{self.code}: {self}" if self.code == "Bad Request" else str(self)
        return web.json_response(
            {"err_code": self.code, "err_msg": message, "request_id": request_id},
            status=self.status,
            headers={"dg-request-id": request_id, "dg-error": message},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One upgrade request: `call` is its `tag` query parameter, which names the call in tests."""

    request_id: str
    api_key: str
    call: str
    route: str
    abort: Callable[[], None]  # cuts the TCP connection without a goodbye


def identify(request: web.Request) -> Client:
    scheme, _, api_key = request.headers.get("Authorization", "").partition(" ")
    return Client(
        request_id=str(uuid4()),
        api_key=api_key.strip() if scheme in {"Token", "Bearer"} else "",
        call=request.query.get("tag", ""),
        route=request.path,
        abort=lambda: request.transport.abort() if request.transport else None,
    )


async def admit(client: Client, *, control: Control, ready: bool) -> None:
    """Let the client in, misbehaving first if a fault is armed. Raises Refusal.

    Any key is good but an empty one and those that begin with "invalid".
    """
    await _misbehave(client, control)
    if not client.api_key or client.api_key.startswith("invalid"):
        raise Refusal("Invalid credentials.", status=401, code="INVALID_AUTH")
    if not ready:
        raise Refusal("The engines are loading.", status=503, code="SERVICE_UNAVAILABLE")


async def _misbehave(client: Client, control: Control) -> None:
    fault = await control.fault(
        "accept", route=client.route, api_key=client.api_key, call=client.call
    )
    if fault is None:
        return
    await fault.apply_delay()
    await fault.apply_stall()
    if fault.kind is FaultKind.DROP:
        client.abort()
    if fault.kind in {FaultKind.DROP, FaultKind.ERROR}:
        raise Refusal("Injected fault.", status=fault.status, code="INJECTED_FAULT")


class Query:
    """Typed access to query parameters; whatever Deepgram would not take raises Refusal."""

    def __init__(
        self, query: MultiMapping[str], *, offered: Collection[str], known: Collection[str]
    ) -> None:
        for name in query:
            if name not in offered:
                reason = "is not offered by this server" if name in known else "is not known"
                raise Refusal(f"Query parameter {name} {reason}.")
        self._query = query

    def text(self, name: str) -> str | None:
        return self._query.get(name)

    def texts(self, name: str) -> list[str]:
        return self._query.getall(name, [])

    def boolean(self, name: str) -> bool:
        """False when absent; Deepgram takes lower case only."""
        value = self._query.get(name, "false")
        if value not in BOOLEANS:
            raise Refusal(f"Query parameter {name} must be true or false, not {value!r}.")
        return BOOLEANS[value]

    def number(self, name: str) -> int | None:
        value = self._query.get(name)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit():
            raise Refusal(f"Query parameter {name} must be a whole number, not {value!r}.")
        return int(value)
