"""The two orders a leg gives Twilio about a live call: dial someone else, or end it."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from aiconnected.kit.errors import ProviderError, ProviderTimeout

logger = logging.getLogger(__name__)

_DEADLINE = 3.0  # seconds; the caller waits meanwhile
_RING_SECONDS = 25
_SERVER_ERROR, _TOO_MANY = 500, 429
_GONE = 404  # the call has ended: code 20404


class TwilioCalls(Protocol):
    """Call control, as far as a leg needs it. Both raise `ProviderError`."""

    async def dial(self, call_sid: str, *, target: str, caller_id: str, after_url: str) -> None:
        """Take the call out of its stream and ring `target`; `after_url` is asked what follows."""
        ...

    async def complete(self, call_sid: str) -> None:
        """End the call; one that has ended already is fine."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioCall:
    """One call at the carrier, with the orders that a leg may give about it."""

    call_id: UUID
    call_sid: str
    stream_sid: str
    own_number: str  # E.164: the client's number that was called
    after_url: str  # asked what follows a transfer
    calls: TwilioCalls

    async def dial(self, target: str) -> bool:
        """Redirect to `target`; False when the carrier refuses or cannot be reached."""
        try:
            await self.calls.dial(
                self.call_sid, target=target, caller_id=self.own_number, after_url=self.after_url
            )
        except ProviderError as exc:
            return self._failed("transfer refused", exc)
        return True

    async def complete(self) -> bool:
        """End the call; False when the carrier could not be told."""
        try:
            await self.calls.complete(self.call_sid)
        except ProviderError as exc:
            return self._failed("hang-up by closing", exc)
        return True

    def _failed(self, what: str, exc: ProviderError) -> bool:
        extra = {"call_id": str(self.call_id), "detail": str(exc)}
        logger.warning(what, extra=extra)
        return False


class TwilioRest:
    """`TwilioCalls` over Twilio's REST API with its own client."""

    def __init__(self, *, account_sid: str, auth_token: str, base_url: str) -> None:
        self._http = AsyncTwilioHttpClient(timeout=_DEADLINE)
        self._client = Client(account_sid, auth_token, http_client=self._http)
        self._client.api.base_url = base_url

    async def dial(self, call_sid: str, *, target: str, caller_id: str, after_url: str) -> None:
        """Redirect to `<Dial>`."""
        dial = Element("Dial", action=after_url, callerId=caller_id, timeout=str(_RING_SECONDS))
        SubElement(dial, "Number").text = target
        answer = Element("Response")
        answer.append(dial)
        await self._update(call_sid, twiml=tostring(answer, encoding="unicode"))

    async def complete(self, call_sid: str) -> None:
        """Set the call's status to completed."""
        await self._update(call_sid, status="completed")

    async def _update(self, call_sid: str, *, status: str = "", twiml: str = "") -> None:
        order = {"status": status} if status else {"twiml": twiml}
        try:
            async with asyncio.timeout(_DEADLINE):
                await self._client.calls(call_sid).update_async(**order)
        except TwilioRestException as exc:
            if exc.status == _GONE and status:
                return
            retryable = exc.status >= _SERVER_ERROR or exc.status == _TOO_MANY
            raise ProviderError(
                f"twilio answered {exc.status}", provider="twilio", retryable=retryable
            ) from exc
        except TimeoutError as exc:
            raise ProviderTimeout(provider="twilio", retryable=True) from exc
        except (TwilioException, aiohttp.ClientError, OSError) as exc:
            raise ProviderError("twilio is unreachable", provider="twilio", retryable=True) from exc

    async def aclose(self) -> None:
        """Close the HTTP session."""
        await self._http.close()
