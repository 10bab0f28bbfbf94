"""REST: calls. Create, fetch, list, hang up, redirect."""

from aiohttp import web

from infra.local.vendors.twilio import rest
from infra.local.vendors.twilio.errors import ApiError
from infra.local.vendors.twilio.model import (
    API_VERSION,
    E164,
    Call,
    CallStatus,
    rfc2822,
)
from infra.local.vendors.twilio.session import Document, Ending
from infra.local.vendors.twilio.switchboard import Order, Switchboard

CREATE = frozenset(
    {
        "To",
        "From",
        "Url",
        "Method",
        "Twiml",
        "FallbackUrl",
        "FallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
        "StatusCallbackEvent",
        "Timeout",
    }
)
UPDATE = frozenset(
    {
        "Url",
        "Method",
        "Twiml",
        "Status",
        "FallbackUrl",
        "FallbackMethod",
    }
)
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


class Calls:
    """Routes of /Calls."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._exchange = switchboard.exchange

    def routes(self) -> list[web.RouteDef]:
        base = f"{rest.BASE}/{{account}}/Calls"
        return [
            web.post(f"{base}.json", self._create),
            web.get(f"{base}.json", self._list),
            web.get(f"{base}/{{call}}.json", self._fetch),
            web.post(f"{base}/{{call}}.json", self._update),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        form = await rest.Form.of(request, allowed=CREATE)
        events = frozenset(form.all("StatusCallbackEvent") or ["completed"])
        if not events <= EVENTS:
            raise ApiError(20001, "StatusCallbackEvent")
        order = Order(
            to=_called(form),
            from_=self._own(form),
            document=_document(form),
            fallback=form.target("FallbackUrl", "FallbackMethod"),
            status_callback=form.target("StatusCallback", "StatusCallbackMethod"),
            events=events,
            timeout=form.number("Timeout", default=60, low=1, high=600),
        )
        return web.json_response(as_json(self._switchboard.originate(order)), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = {
            "to": request.query.get("To"),
            "from": request.query.get("From"),
            "status": request.query.get("Status"),
            "parent_call_sid": request.query.get("ParentCallSid"),
        }
        newest_first = reversed(self._exchange.calls.values())
        records = [
            record
            for record in map(as_json, newest_first)
            if all(value in {None, record[name]} for name, value in wanted.items())
        ]
        return rest.page(request, "calls", records=records)

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(as_json(self._call(request)))

    async def _update(self, request: web.Request) -> web.Response:
        """End or redirect a live call; Twilio answers 404 to a change of one that is over."""
        call = self._call(request)
        form = await rest.Form.of(request, allowed=UPDATE)
        status = form.text("Status")
        if status not in {"", "completed", "canceled"}:
            raise ApiError(20001, "Status")
        if call.status.is_final:
            raise rest.not_found(request) if status else ApiError(21220)
        if status:
            await self._end(call, status)
        else:
            self._redirect(call, _document(form))
        return web.json_response(as_json(call))

    async def _end(self, call: Call, status: str) -> None:
        session = self._switchboard.session(call)
        if session is None:
            self._switchboard.cancel(call)
            return
        if status == "canceled" and call.status is CallStatus.IN_PROGRESS:
            raise ApiError(21220)
        session.finish(Ending(reason="api-hangup"))
        await session.over.wait()

    def _redirect(self, call: Call, document: Document) -> None:
        session = self._switchboard.session(call)
        if session is None or call.status is not CallStatus.IN_PROGRESS:
            raise ApiError(21220)
        session.redirect(document)

    def _call(self, request: web.Request) -> Call:
        call = self._exchange.calls.get(request.match_info["call"])
        if call is None:
            raise rest.not_found(request)
        return call

    def _own(self, form: rest.Form) -> str:
        number = form.text("From")
        if not number:
            raise ApiError(21213)
        if not E164.fullmatch(number):
            raise ApiError(21212, number)
        if self._exchange.number(number) is None:
            raise ApiError(21210, number)
        return number


def _called(form: rest.Form) -> str:
    number = form.text("To")
    if not number:
        raise ApiError(21201)
    if not E164.fullmatch(number):
        raise ApiError(21211, number)
    return number


def _document(form: rest.Form) -> Document:
    """Where the TwiML is: Url or Twiml, exactly one of them."""
    target = form.target("Url", "Method")
    text = form.text("Twiml")
    if (target is None) == (not text):
        raise ApiError(21205, form.text("Url"))
    return Document(target=target, text=text)


def as_json(call: Call) -> dict[str, object]:
    """The Call resource."""
    uri = f"/{API_VERSION}/Accounts/{call.account_sid}/Calls/{call.sid}"
    ended = call.status.is_final
    return {
        "sid": call.sid,
        "account_sid": call.account_sid,
        "parent_call_sid": call.parent_sid,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "phone_number_sid": call.phone_number_sid,
        "status": call.status.value,
        "direction": call.direction.value,
        "start_time": rfc2822(call.answered or (call.created if ended else None)),
        "end_time": rfc2822(call.ended),
        "duration": str(call.duration) if ended else None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.ended or call.answered or call.created),
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "annotation": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }
