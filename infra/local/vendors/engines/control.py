"""The control surface of every vendor-compatible server: health, armed faults, event journal.

GET    /health              200 {"status": "ok"} once ready() holds, 503 before
POST   /faults              201 {"id"}; 400 when the body is not a FaultOrder
DELETE /faults/{id}         204
GET    /journal?call=       [{t, call, event, ...}]
"""

from collections.abc import Callable

from aiohttp import web
from pydantic import ValidationError

from infra.local.vendors.engines.faults import At, Fault, FaultKind, FaultOrder, Faults
from infra.local.vendors.engines.journal import Journal

__all__ = ["At", "Control", "Fault", "FaultKind"]


class Control:
    """One per server process: the server records what it does and asks what must go wrong."""

    def __init__(self, *, ready: Callable[[], bool]) -> None:
        self._ready = ready
        self._faults = Faults()
        self._journal = Journal()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health", self._health),
            web.post("/faults", self._arm),
            web.delete("/faults/{id}", self._disarm),
            web.get("/journal", self._read_journal),
        ]

    def record(self, call: str, event: str, **fields: object) -> None:
        """Append to the journal; `call` is the per-call tag the client sent, "" for none."""
        self._journal.record(call, event, **fields)

    async def fault(self, at: At, *, route: str, api_key: str, call: str) -> Fault | None:
        """Return the fault armed for this request or socket at this place, counting it down."""
        fault = self._faults.strike(at, route=route, api_key=api_key, call=call)
        if fault is not None:
            self.record(call, "fault", id=fault.id, kind=fault.kind, at=at, route=route)
        return fault

    async def _health(self, _: web.Request) -> web.Response:
        if self._ready():
            return web.json_response({"status": "ok"})
        return web.json_response({"status": "starting"}, status=503)

    async def _arm(self, request: web.Request) -> web.Response:
        try:
            order = FaultOrder.model_validate_json(await request.read())
        except ValidationError as exc:
            return web.json_response(
                {"errors": exc.errors(include_url=False, include_context=False)}, status=400
            )
        return web.json_response({"id": self._faults.arm(order)}, status=201)

    async def _disarm(self, request: web.Request) -> web.Response:
        self._faults.disarm(request.match_info["id"])
        return web.Response(status=204)

    async def _read_journal(self, request: web.Request) -> web.Response:
        entries = self._journal.entries(request.query.get("call"))
        return web.json_response([entry.as_json() for entry in entries])
