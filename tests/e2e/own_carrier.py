"""A carrier of the tests' own: genuine or forged webhooks and media sockets, whatever they hold."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import aiohttp
from twilio.request_validator import RequestValidator

from tests.e2e.clients import Client
from tests.e2e.stackfacts import RunningStack

WEBHOOKS = "/api/v1/webhooks/twilio"
SOCKET = "/ws/voice-twilio"
MULAW = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
_NUMBER = "+19175550001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a webhook was answered."""

    status: int
    body: str

    @property
    def ticket(self) -> str:
        """The media socket's ticket in the TwiML."""
        parameter = ET.fromstring(self.body).find("./Connect/Stream/Parameter[@name='ticket']")  # noqa: S314 -- our own answer
        assert parameter is not None, self.body
        return parameter.attrib["value"]

    @property
    def dials(self) -> str | None:
        """The number that the TwiML has dialled."""
        return ET.fromstring(self.body).findtext("./Dial/Number")  # noqa: S314 -- our own answer


@dataclass(slots=True, kw_only=True)
class MediaSocket:
    """A media stream's socket as its carrier holds it."""

    socket: aiohttp.ClientWebSocketResponse

    async def send(self, event: str, **body: object) -> None:
        """One message of the protocol, or of what passes for it."""
        await self.socket.send_str(json.dumps({"event": event, **body}))

    async def spoken_to(self, *, within: float) -> bool:
        """Whether the other side sends audio in time."""
        async with asyncio.timeout(within):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return False
                if json.loads(message.data)["event"] == "media":
                    return True

    async def closed(self, *, within: float) -> int:
        """The code with which the other side closes, having said nothing."""
        message = await asyncio.wait_for(self.socket.receive(), within)
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, message
        assert self.socket.close_code is not None
        return self.socket.close_code


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCarrier:
    """Announces one call to a client; `sid` names it."""

    stack: RunningStack
    client: Client
    sid: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")

    async def webhook(self, name: str, *, forged: bool = False, **extra: str) -> Answered:
        """`voice`, `after` or `status`."""
        url = f"{self.stack.description.api_url}{WEBHOOKS}/{name}"
        form = {
            "AccountSid": self.stack.description.twilio.account_sid,
            "CallSid": self.sid,
            "From": _NUMBER,
            "To": self.client.number,
            "CallStatus": "ringing",
            "Direction": "inbound",
        } | extra
        headers = {"X-Twilio-Signature": self._signature(url, form, forged=forged)}
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=form, headers=headers) as response,
        ):
            return Answered(status=response.status, body=await response.text())

    async def refused(self, *, forged: bool) -> Answered:
        """Ask for a media socket that is not granted: the HTTP answer."""
        url = self.stack.description.realtime_url + SOCKET
        headers = {
            "X-Twilio-Signature": self._signature(self._ws_url, {}, forged=forged),
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        async with (
            aiohttp.ClientSession() as http,
            http.get(url, headers=headers) as response,
        ):
            return Answered(status=response.status, body=await response.text())

    @asynccontextmanager
    async def media(self) -> AsyncGenerator[MediaSocket]:
        """An open media socket on which nothing has been said."""
        headers = {"X-Twilio-Signature": self._signature(self._ws_url, {}, forged=False)}
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(self._ws_url, headers=headers, compress=0) as socket,
        ):
            yield MediaSocket(socket=socket)

    def start(
        self,
        ticket: str | None,
        *,
        call_sid: str | None = None,
        media_format: Mapping[str, object] = MULAW,
    ) -> dict[str, object]:
        """Body of the stream's start message."""
        stream_sid = f"MZ{secrets.token_hex(16)}"
        return {
            "sequenceNumber": "1",
            "streamSid": stream_sid,
            "start": {
                "accountSid": self.stack.description.twilio.account_sid,
                "streamSid": stream_sid,
                "callSid": call_sid or self.sid,
                "tracks": ["inbound"],
                "mediaFormat": dict(media_format),
                "customParameters": {} if ticket is None else {"ticket": ticket},
            },
        }

    @property
    def _ws_url(self) -> str:
        return self.stack.description.realtime_url.replace("http", "ws", 1) + SOCKET

    def _signature(self, url: str, form: Mapping[str, str], *, forged: bool) -> str:
        token = self.stack.description.twilio.auth_token
        validator = RequestValidator("somebody else's token" if forged else token)
        return validator.compute_signature(url, dict(form))
