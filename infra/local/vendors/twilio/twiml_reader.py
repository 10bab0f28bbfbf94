"""TwiML: what a document may hold, read into verbs; anything else is refused.

The tables name the attributes of Twilio's TwiML reference that this carrier carries out. A verb,
noun or attribute outside them raises CallError 12200, one that Twilio has and this carrier has not
says so.
"""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from infra.local.vendors.twilio.errors import (
    DIAL_INVALID_NUMBER,
    DOCUMENT_PARSE_FAILURE,
    SCHEMA_VALIDATION,
    STREAM_MALFORMED_URL,
    STREAM_SCHEME,
    CallError,
)
from infra.local.vendors.twilio.model import E164, Target
from infra.local.vendors.twilio.twiml import (
    Callee,
    Connect,
    Dial,
    Hangup,
    Pause,
    Redirect,
    Reject,
    Say,
    Verb,
)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_PARAMETER = 500  # characters of name and value together
NOT_HERE = frozenset(
    {
        "Gather",
        "Record",
        "Play",
        "Enqueue",
        "Leave",
        "Sms",
        "Queue",
        "Conference",
        "Client",
        "Sip",
        "Sim",
        "Start",
        "Stop",
        "Refer",
        "Pay",
        "Prompt",
        "Siprec",
        "Transcription",
        "Room",
        "Conversation",
        "ConversationRelay",
        "VirtualAgent",
        "Autopilot",
        "Echo",
    }
)


def parse(body: bytes, *, url: str) -> tuple[Verb, ...]:
    """Read the document that came from `url`; relative URLs in it are relative to that.

    Raises CallError 12100 (not XML or not a Response), 12200 (not TwiML), 13224 (a number that
    cannot be dialled), 31922 and 31923 (a stream URL that is not wss, or has a query).
    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise CallError(DOCUMENT_PARSE_FAILURE, "a document type is not TwiML", url=url)
    try:
        root = ET.fromstring(body)  # noqa: S314 - entities are refused above
    except ET.ParseError as exc:
        raise CallError(DOCUMENT_PARSE_FAILURE, f"not XML: {exc}", url=url) from exc
    if root.tag != "Response":
        raise CallError(DOCUMENT_PARSE_FAILURE, "the root is not Response", url=url)
    reader = _Reader(url)
    reader.check(root, attributes="", children=" ".join(VERBS))
    return tuple(VERBS[child.tag](reader, child) for child in root)


class _Reader:
    """Reads elements of one document, refusing what they may not hold."""

    def __init__(self, url: str) -> None:
        self.url = url

    def refuse(self, text: str, code: int = SCHEMA_VALIDATION) -> CallError:
        return CallError(code, text, url=self.url)

    def check(
        self, element: ET.Element, *, attributes: str, children: str = "", text: bool = False
    ) -> None:
        for name in element.attrib.keys() - set(attributes.split()):
            raise self.refuse(f"{element.tag} has no attribute {name}")
        for child in element:
            if child.tag not in children.split():
                known = child.tag in NOT_HERE or child.tag in VERBS
                what = "is not carried out by this carrier" if known else "is unknown"
                raise self.refuse(f"{child.tag} in {element.tag} {what}")
            if (child.tail or "").strip():
                raise self.refuse(f"{element.tag} mixes text and elements")
        if not text and (element.text or "").strip():
            raise self.refuse(f"{element.tag} holds no text")

    def number(self, element: ET.Element, name: str, *, default: int, low: int, high: int) -> int:
        text = element.get(name, str(default))
        if not text.isdecimal() or not low <= int(text) <= high:
            raise self.refuse(f"{name} of {element.tag} is not between {low} and {high}")
        return int(text)

    def choice(self, element: ET.Element, name: str, *, options: str) -> str:
        allowed = options.split()
        value = element.get(name, allowed[0])
        if value not in allowed:
            raise self.refuse(f"{name} of {element.tag} is not one of {options}")
        return value

    def target(self, element: ET.Element, url: str, *, method: str) -> Target | None:
        given = element.get(url)
        verb = self.choice(element, method, options="POST GET")
        if given is None:
            return None
        return Target(url=self.absolute(given), method=verb)

    def absolute(self, given: str) -> str:
        whole = urljoin(self.url, given.strip())
        if urlsplit(whole).scheme not in {"http", "https"} or not urlsplit(whole).hostname:
            raise self.refuse("a URL is neither http nor https")
        return whole


def _connect(reader: _Reader, element: ET.Element) -> Connect:
    reader.check(element, attributes="action method", children="Stream")
    if len(element) != 1:
        raise reader.refuse("Connect holds one Stream")
    stream = element[0]
    reader.check(
        stream,
        attributes="name url track statusCallback statusCallbackMethod",
        children="Parameter",
    )
    reader.choice(stream, "track", options="inbound_track")
    return Connect(
        url=_stream_url(reader, stream.get("url", "")),
        name=stream.get("name", ""),
        parameters=dict(_parameter(reader, child) for child in stream),
        status_callback=reader.target(stream, "statusCallback", method="statusCallbackMethod"),
        action=reader.target(element, "action", method="method"),
    )


def _stream_url(reader: _Reader, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in LOOPBACK):
        raise reader.refuse("the stream URL is not wss", STREAM_SCHEME)
    if not parts.hostname or parts.query or parts.fragment or re.search(r"\s", url):
        raise reader.refuse(
            "the stream URL has a query, a fragment, a space or no host", STREAM_MALFORMED_URL
        )
    return url


def _parameter(reader: _Reader, element: ET.Element) -> tuple[str, str]:
    reader.check(element, attributes="name value")
    name, value = element.get("name"), element.get("value")
    if not name or value is None:
        raise reader.refuse("Parameter needs a name and a value")
    if len(name) + len(value) > MAX_PARAMETER:
        raise reader.refuse(f"name and value of a Parameter exceed {MAX_PARAMETER} characters")
    return name, value


def _dial(reader: _Reader, element: ET.Element) -> Dial:
    attributes = "action method timeout timeLimit callerId answerOnBridge hangupOnStar ringTone"
    reader.check(element, attributes=attributes, children="Number", text=True)
    reader.choice(element, "answerOnBridge", options="false true")
    reader.choice(element, "hangupOnStar", options="false")
    plain = (element.text or "").strip()
    if bool(plain) == bool(len(element)):
        raise reader.refuse("Dial holds either a number or Number elements")
    nobody = Callee(number=plain, status_callback=None, events=frozenset())
    callees = tuple(_callee(reader, child) for child in element) or (nobody,)
    for callee in callees:
        if not E164.fullmatch(callee.number):
            raise reader.refuse("Dial: the number is not E.164", DIAL_INVALID_NUMBER)
    return Dial(
        callees=callees,
        caller_id=element.get("callerId", ""),
        timeout=reader.number(element, "timeout", default=30, low=1, high=600),
        time_limit=reader.number(element, "timeLimit", default=14_400, low=1, high=86_400),
        action=reader.target(element, "action", method="method"),
    )


def _callee(reader: _Reader, element: ET.Element) -> Callee:
    attributes = "statusCallback statusCallbackMethod statusCallbackEvent"
    reader.check(element, attributes=attributes, text=True)
    events = frozenset(element.get("statusCallbackEvent", "completed").split())
    if not events <= {"initiated", "ringing", "answered", "completed"}:
        raise reader.refuse("statusCallbackEvent of Number is unknown")
    return Callee(
        number=(element.text or "").strip(),
        status_callback=reader.target(element, "statusCallback", method="statusCallbackMethod"),
        events=events,
    )


def _say(reader: _Reader, element: ET.Element) -> Say:
    reader.check(element, attributes="voice language loop", text=True)
    text = " ".join((element.text or "").split())
    if not text:
        raise reader.refuse("Say holds no text")
    return Say(
        text=text,
        voice=element.get("voice", "man"),
        language=element.get("language", "en-US"),
        loop=reader.number(element, "loop", default=1, low=1, high=100),
    )


def _pause(reader: _Reader, element: ET.Element) -> Pause:
    reader.check(element, attributes="length")
    return Pause(length=reader.number(element, "length", default=1, low=0, high=600))


def _hangup(reader: _Reader, element: ET.Element) -> Hangup:
    reader.check(element, attributes="")
    return Hangup()


def _redirect(reader: _Reader, element: ET.Element) -> Redirect:
    reader.check(element, attributes="method", text=True)
    url = reader.absolute(element.text or "")
    return Redirect(
        target=Target(url=url, method=reader.choice(element, "method", options="POST GET"))
    )


def _reject(reader: _Reader, element: ET.Element) -> Reject:
    reader.check(element, attributes="reason")
    return Reject(reason=reader.choice(element, "reason", options="rejected busy"))


VERBS: dict[str, Callable[[_Reader, ET.Element], Verb]] = {
    "Connect": _connect,
    "Dial": _dial,
    "Say": _say,
    "Pause": _pause,
    "Hangup": _hangup,
    "Redirect": _redirect,
    "Reject": _reject,
}
