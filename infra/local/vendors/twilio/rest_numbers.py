"""REST: the account's phone numbers and those that could be bought."""

import hashlib
from datetime import UTC, datetime

from aiohttp import web

from infra.local.vendors.twilio import rest
from infra.local.vendors.twilio.errors import ApiError
from infra.local.vendors.twilio.exchange import Exchange
from infra.local.vendors.twilio.model import API_VERSION, E164, Number, new_sid, rfc2822

ROUTING = frozenset(
    {
        "FriendlyName",
        "VoiceUrl",
        "VoiceMethod",
        "VoiceFallbackUrl",
        "VoiceFallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
    }
)
CREATE = ROUTING | {"PhoneNumber", "AreaCode"}
SEARCH = frozenset({"AreaCode", "Contains", "InRegion", "VoiceEnabled", "PageSize", "Page"})
FOR_SALE = 20  # numbers the carrier pretends to have in stock for each search
CAPABILITIES = {"voice": True, "sms": False, "mms": False, "fax": False}


class Numbers:
    """Routes of /IncomingPhoneNumbers and /AvailablePhoneNumbers."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        base = f"{rest.BASE}/{{account}}"
        owned = f"{base}/IncomingPhoneNumbers"
        return [
            web.post(f"{owned}.json", self._create),
            web.get(f"{owned}.json", self._list),
            web.get(f"{owned}/{{number}}.json", self._fetch),
            web.post(f"{owned}/{{number}}.json", self._update),
            web.delete(f"{owned}/{{number}}.json", self._delete),
            web.get(f"{base}/AvailablePhoneNumbers/{{country}}/Local.json", self._available),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        form = await rest.Form.of(request, allowed=CREATE)
        number = form.text("PhoneNumber")
        if not number and form.has("AreaCode"):
            number = self._for_sale(form.text("AreaCode"))[0]
        if not E164.fullmatch(number):
            raise ApiError(21421, number)
        if self._exchange.number(number) is not None:
            raise ApiError(21422, number)
        owned = Number(sid=new_sid("PN"), phone_number=number, friendly_name=number)
        _route(owned, form)
        self._exchange.numbers[owned.sid] = owned
        return web.json_response(_as_json(owned, self._exchange.account.sid), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("PhoneNumber")
        records = [
            _as_json(number, self._exchange.account.sid)
            for number in reversed(self._exchange.numbers.values())
            if wanted in {None, number.phone_number}
        ]
        return rest.page(request, "incoming_phone_numbers", records=records)

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_as_json(self._owned(request), self._exchange.account.sid))

    async def _update(self, request: web.Request) -> web.Response:
        number = self._owned(request)
        _route(number, await rest.Form.of(request, allowed=ROUTING))
        number.updated = datetime.now(UTC)
        return web.json_response(_as_json(number, self._exchange.account.sid))

    async def _delete(self, request: web.Request) -> web.Response:
        del self._exchange.numbers[self._owned(request).sid]
        return web.Response(status=204)

    async def _available(self, request: web.Request) -> web.Response:
        if not set(request.query) <= SEARCH:
            raise ApiError(20001, "search parameter")
        if request.match_info["country"] != "US":
            raise rest.not_found(request)
        pattern = request.query.get("Contains", "").strip("*+")
        offered = self._for_sale(request.query.get("AreaCode", "415"))
        records = [_offer(number) for number in offered if pattern in number]
        return web.json_response(
            {
                "available_phone_numbers": records[: int(request.query.get("PageSize", "50"))],
                "uri": request.path_qs,
            }
        )

    def _for_sale(self, area: str) -> list[str]:
        """Invented but stable numbers of an area that the account does not own yet."""
        if not (area.isdecimal() and len(area) == 3):  # noqa: PLR2004 - digits of an area code
            raise ApiError(20001, "AreaCode")
        numbers = (f"+1{area}555{_digits(f'{area}/{i}')}" for i in range(FOR_SALE))
        return [number for number in numbers if self._exchange.number(number) is None]

    def _owned(self, request: web.Request) -> Number:
        number = self._exchange.numbers.get(request.match_info["number"])
        if number is None:
            raise rest.not_found(request)
        return number


def _digits(seed: str) -> str:
    return f"{int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % 10_000:04d}"


def _route(number: Number, form: rest.Form) -> None:
    """Set what the form names; an empty URL removes one."""
    number.friendly_name = form.text("FriendlyName", number.friendly_name)
    for url, method in (
        ("VoiceUrl", "VoiceMethod"),
        ("VoiceFallbackUrl", "VoiceFallbackMethod"),
        ("StatusCallback", "StatusCallbackMethod"),
    ):
        if form.has(url):
            target = form.target(url, method, code=21502)
            setattr(number, _snake(url), "" if target is None else target.url)
        if form.has(method):
            setattr(number, _snake(method), form.method(method))


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _offer(number: str) -> dict[str, object]:
    return {
        "friendly_name": number,
        "phone_number": number,
        "lata": None,
        "locality": None,
        "rate_center": None,
        "latitude": None,
        "longitude": None,
        "region": None,
        "postal_code": None,
        "iso_country": "US",
        "address_requirements": "none",
        "beta": False,
        "capabilities": CAPABILITIES,
    }


def _as_json(number: Number, account_sid: str) -> dict[str, object]:
    """The IncomingPhoneNumber resource."""
    return {
        "sid": number.sid,
        "account_sid": account_sid,
        "friendly_name": number.friendly_name,
        "phone_number": number.phone_number,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "voice_caller_id_lookup": False,
        "voice_application_sid": None,
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.updated),
        "capabilities": CAPABILITIES,
        "address_requirements": "none",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "trunk_sid": None,
        "api_version": API_VERSION,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{number.sid}.json",
    }
