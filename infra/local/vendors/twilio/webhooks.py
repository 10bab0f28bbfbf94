"""Requests to the application: signed, retried by Twilio's rules, and misbehaving when asked to."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import uuid4

import aiohttp
from yarl import URL

from infra.local.vendors.engines.control import Control, Fault, FaultKind
from infra.local.vendors.twilio import signature
from infra.local.vendors.twilio.errors import (
    HTTP_CONNECTION_FAILURE,
    HTTP_RETRIEVAL_FAILURE,
    RESPONSE_TOO_LARGE,
    CallError,
)
from infra.local.vendors.twilio.faulting import strike
from infra.local.vendors.twilio.http_client import HttpClient
from infra.local.vendors.twilio.model import Call, Target
from infra.local.vendors.twilio.overrides import Overrides, split

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
MAX_BODY = 64 * 1024  # bytes of TwiML Twilio accepts


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """One webhook as it goes over the wire, so that it can be sent again byte for byte."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the application said."""

    status: int
    content_type: str
    body: bytes


class _Failed(Exception):
    """One attempt failed; `kind` is a word of the retry policy."""

    def __init__(self, kind: str, code: int, *, text: str) -> None:
        super().__init__(text)
        self.kind, self.code = kind, code


class Webhooks:
    """Sends an account's webhooks; one per server, over one connection pool."""

    def __init__(self, *, http: HttpClient, auth_token: str, control: Control) -> None:
        self._http = http
        self._token = auth_token
        self._control = control

    async def send(
        self, target: Target, fields: Mapping[str, str], *, call: Call, route: str
    ) -> tuple[SignedRequest, Answer]:
        """Request `target`; returns what was sent and a 2xx answer.

        Raises CallError (112xx) when no attempt brought one.
        """
        url, overrides = split(target.url)
        fault = await strike(self._control, "accept", route=route, call=call)
        request = self._signed(replace(target, url=url), fields, forged=_is(fault, FaultKind.ERROR))
        if fault is not None:
            await fault.apply_delay()
            await fault.apply_stall()
        self._control.record(call.sid, "webhook.sent", url=url, route=route)
        try:
            async with asyncio.timeout(overrides.total_timeout):
                if _is(fault, FaultKind.DUPLICATE):
                    answer = await self._twice(request, overrides, call=call)
                else:
                    answer = await self._attempts(request, overrides, call=call)
        except TimeoutError as exc:
            text = f"no answer within {overrides.total_timeout:g} s"
            raise self._failed(
                call, _Failed("rt", HTTP_RETRIEVAL_FAILURE, text=text), url=url
            ) from exc
        except _Failed as exc:
            raise self._failed(call, exc, url=url) from exc
        self._control.record(call.sid, "webhook.answered", status=answer.status, route=route)
        if _is(fault, FaultKind.DROP):
            lost = _Failed("rt", HTTP_RETRIEVAL_FAILURE, text="the answer was lost")
            raise self._failed(call, lost, url=url)
        return request, answer

    async def replay(self, request: SignedRequest) -> Answer:
        """Send a recorded request again, byte for byte; raises aiohttp.ClientError."""
        return await self._once(request, Overrides())

    def _signed(
        self, target: Target, fields: Mapping[str, str], *, forged: bool = False
    ) -> SignedRequest:
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": str(uuid4()),
        }
        url, body, signed_fields = target.url, b"", dict(fields)
        if target.method == "GET":
            parts = urlsplit(url)
            query = "&".join(filter(None, [parts.query, urlencode(fields)]))
            url, signed_fields = urlunsplit(parts._replace(query=query)), {}
        else:
            body = urlencode(fields).encode()
            headers["Content-Type"] = FORM
        headers[signature.HEADER] = (
            signature.forge(url, signed_fields)
            if forged
            else signature.sign(self._token, url, fields=signed_fields)
        )
        return SignedRequest(method=target.method, url=url, headers=headers, body=body)

    async def _twice(self, request: SignedRequest, overrides: Overrides, *, call: Call) -> Answer:
        """Both copies travel at once; the first one's answer counts, the other's is journalled."""
        first, second = await asyncio.gather(
            self._attempts(request, overrides, call=call),
            self._attempts(request, overrides, call=call),
        )
        self._control.record(
            call.sid, "webhook.duplicate", status=second.status, same=first.body == second.body
        )
        return first

    async def _attempts(
        self, request: SignedRequest, overrides: Overrides, *, call: Call
    ) -> Answer:
        for attempt in range(overrides.retries + 1):
            try:
                return await self._attempt(request, overrides)
            except _Failed as exc:
                if attempt == overrides.retries or not overrides.retry(exc.kind):
                    raise
                self._control.record(call.sid, "webhook.retried", reason=str(exc))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(self, request: SignedRequest, overrides: Overrides) -> Answer:
        try:
            answer = await self._once(request, overrides)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            text = f"connection failed: {type(exc).__name__}"
            raise _Failed("ct", HTTP_CONNECTION_FAILURE, text=text) from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            text = f"no answer: {type(exc).__name__}"
            raise _Failed("rt", HTTP_RETRIEVAL_FAILURE, text=text) from exc
        if len(answer.body) > MAX_BODY:
            raise _Failed("rt", RESPONSE_TOO_LARGE, text=f"TwiML of more than {MAX_BODY} bytes")
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own number
            kind = f"{answer.status // 100}xx"
            raise _Failed(kind, HTTP_RETRIEVAL_FAILURE, text=f"HTTP status {answer.status}")
        return answer

    async def _once(self, request: SignedRequest, overrides: Overrides) -> Answer:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=overrides.connect_timeout, sock_read=overrides.read_timeout
        )
        async with self._http.session.request(
            request.method,
            URL(request.url, encoded=True),
            data=request.body or None,
            headers=request.headers,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            body = await response.content.read(MAX_BODY + 1)
            return Answer(status=response.status, content_type=response.content_type, body=body)

    def _failed(self, call: Call, failure: _Failed, *, url: str) -> CallError:
        self._control.record(
            call.sid, "webhook.failed", code=failure.code, reason=str(failure), url=url
        )
        return CallError(failure.code, str(failure), url=url)


def _is(fault: Fault | None, kind: FaultKind) -> bool:
    return fault is not None and fault.kind is kind
