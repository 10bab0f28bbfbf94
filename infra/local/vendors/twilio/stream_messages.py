"""The messages of a media stream: what the carrier writes and the only three it reads.

Source: Twilio documentation, "Media Streams - WebSocket messages". Numbers are strings, payloads
base64.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from infra.local.vendors.twilio.errors import (
    STREAM_INVALID_MESSAGE,
    STREAM_MALFORMED_MESSAGE,
    CallError,
)
from infra.local.vendors.twilio.model import Call

TRACK = "inbound"


@dataclass(frozen=True, slots=True)
class Media:
    """Audio to play, mu-law 8 kHz without a header, of any length."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A name to send back when what came before it has been played."""

    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Throw away what has not been played."""


def read(message: str | bytes, *, stream_sid: str) -> Media | Mark | Clear:
    """Parse one message of the application.

    Raises CallError 31950 for a binary message, 31951 for anything that is not exactly one of the
    three.
    """
    if isinstance(message, bytes):
        raise CallError(STREAM_MALFORMED_MESSAGE, "a binary message")
    try:
        parsed: object = json.loads(message)
    except ValueError as exc:
        raise _invalid("not JSON") from exc
    if not isinstance(parsed, dict):
        raise _invalid("not an object")
    fields = cast("dict[str, object]", parsed)
    event = fields.get("event")
    if event not in {"media", "mark", "clear"}:
        raise _invalid("unsupported event")
    if fields.get("streamSid") != stream_sid:
        raise _invalid("streamSid is not this stream's")
    if event == "clear":
        _exactly(fields, {"event", "streamSid"})
        return Clear()
    _exactly(fields, {"event", "streamSid", str(event)})
    if event == "mark":
        return Mark(_text(fields["mark"], "name"))
    return Media(_audio(_text(fields["media"], "payload")))


def _invalid(why: str) -> CallError:
    return CallError(STREAM_INVALID_MESSAGE, why)


def _exactly(fields: dict[str, object], names: set[str]) -> None:
    if fields.keys() != names:
        raise _invalid("missing or unexpected fields")


def _text(holder: object, name: str) -> str:
    if not isinstance(holder, dict):
        raise _invalid("not an object")
    fields = cast("dict[str, object]", holder)
    _exactly(fields, {name})
    value = fields[name]
    if not isinstance(value, str) or not value:
        raise _invalid(f"{name} is not a text")
    return value


def _audio(payload: str) -> bytes:
    try:
        audio = base64.b64decode(payload, validate=True)
    except binascii.Error as exc:
        raise _invalid("the payload is not base64") from exc
    if audio.startswith(b"RIFF"):
        raise _invalid("the payload has a file header")
    return audio


class Writer:
    """Writes one stream's messages, numbering them from 1 and its media by chunk and time."""

    def __init__(self, *, stream_sid: str) -> None:
        self._sid = stream_sid
        self._sequence = 0
        self._chunk = 0

    def connected(self) -> str:
        return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self, call: Call, parameters: Mapping[str, str]) -> str:
        body = {
            "accountSid": call.account_sid,
            "streamSid": self._sid,
            "callSid": call.sid,
            "tracks": [TRACK],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": dict(parameters),
        }
        return self._numbered("start", body)

    def media(self, frame: bytes) -> str:
        """One frame of 20 ms; `timestamp` is milliseconds since the stream began."""
        self._chunk += 1
        body = {
            "track": TRACK,
            "chunk": str(self._chunk),
            "timestamp": str((self._chunk - 1) * 20),
            "payload": base64.b64encode(frame).decode(),
        }
        return self._numbered("media", body)

    def dtmf(self, digit: str) -> str:
        return self._numbered("dtmf", {"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        return self._numbered("mark", {"name": name})

    def stop(self, call: Call) -> str:
        return self._numbered("stop", {"accountSid": call.account_sid, "callSid": call.sid})

    def _numbered(self, event: str, body: Mapping[str, object]) -> str:
        self._sequence += 1
        message = {
            "event": event,
            "sequenceNumber": str(self._sequence),
            event: body,
            "streamSid": self._sid,
        }
        return json.dumps(message, separators=(",", ":"))
