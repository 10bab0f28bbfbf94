"""The Twilio media-stream protocol: JSON text frames in both directions, mu-law at 8 kHz.

Source: Twilio's "Media Streams - WebSocket messages" reference. Its numbers are strings.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, cast

import orjson

ENCODING, RATE = "audio/x-mulaw", 8000
MAX_MESSAGE = 1 << 16  # bytes of one text frame; a 20 ms frame takes about 350


class ProtocolError(Exception):
    """The peer does not speak the media-stream protocol; the text says how, without any payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The stream's description."""

    stream_sid: str
    call_sid: str
    account_sid: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Media:
    """Audio of the caller; `timestamp` is milliseconds since the stream's start."""

    payload: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class Digit:
    """A key the caller pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    """All audio before the mark of this name has been played, or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The first message; carries nothing we need."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The stream is over: the caller hung up or the call was redirected."""


Message = Connected | Start | Media | Digit | Mark | Stop


def parse(text: str | bytes) -> Message:
    """Read one message; raises `ProtocolError`."""
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError as exc:
        raise ProtocolError("not JSON") from exc
    if not isinstance(raw, dict):
        raise ProtocolError("not an object")
    message = cast("dict[str, Any]", raw)
    try:
        return _read(message)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ProtocolError(f"bad {str(message.get('event'))[:16]} message") from exc


def _read(message: dict[str, Any]) -> Message:
    event = message["event"]
    if event == "media":
        media = message["media"]
        return Media(_decode(media["payload"]), int(media["timestamp"]))
    if event == "mark":
        return Mark(str(message["mark"]["name"]))
    if event == "dtmf":
        return Digit(_digit(message["dtmf"]["digit"]))
    if event == "start":
        return _start(message)
    if event == "connected":
        return Connected()
    if event == "stop":
        return Stop()
    raise ValueError(event)


def _decode(payload: str) -> bytes:
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error as exc:
        raise ProtocolError("payload is not base64") from exc


def _digit(digit: str) -> str:
    if len(digit) != 1 or digit not in "0123456789*#ABCD":
        raise ValueError(digit)
    return digit


def _start(message: dict[str, Any]) -> Start:
    start = message["start"]
    form = start["mediaFormat"]
    found = (form["encoding"], int(form["sampleRate"]), int(form["channels"]))
    if found != (ENCODING, RATE, 1):
        raise ProtocolError("media format is not mono mu-law at 8 kHz")
    return Start(
        stream_sid=str(start["streamSid"]),
        call_sid=str(start["callSid"]),
        account_sid=str(start["accountSid"]),
        parameters={str(k): str(v) for k, v in start.get("customParameters", {}).items()},
    )


class Writer:
    """Messages to the carrier for one stream, as text ready to be sent."""

    def __init__(self, stream_sid: str) -> None:
        sid = orjson.dumps(stream_sid).decode()
        self._media = f'{{"event":"media","streamSid":{sid},"media":{{"payload":"'
        self._mark = f'{{"event":"mark","streamSid":{sid},"mark":{{"name":"'
        self.clear = f'{{"event":"clear","streamSid":{sid}}}'

    def media(self, data: bytes) -> str:
        """Play `data`; built by hand because it happens fifty times a second and call."""
        return f'{self._media}{base64.b64encode(data).decode()}"}}}}'

    def mark(self, name: str) -> str:
        """Tell us when all audio so far has been played; `name` needs no escaping."""
        return f'{self._mark}{name}"}}}}'
