"""The two orders a leg gives Twilio about a live call: dial someone else, or end it."""

import asyncio
from typing import Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from aiconnected.kit.errors import ProviderError, ProviderTimeout

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
