"""TwiML: the documents that tell Twilio what to do with a caller (Twilio's TwiML reference)."""

from xml.etree import ElementTree as ET

CONTENT_TYPE = "text/xml"
RING_SECONDS = 25
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def connect(stream_url: str, *, ticket: str, action: str) -> str:
    """Open a media stream that carries `ticket`; `action` is asked what follows it."""
    response = ET.Element("Response")
    verb = ET.SubElement(response, "Connect", action=action)
    stream = ET.SubElement(verb, "Stream", url=stream_url)
    ET.SubElement(stream, "Parameter", name="ticket", value=ticket)
    return _document(response)


def dial(number: str, *, caller_id: str, action: str, first: str = "") -> str:
    """Ring `number`, after saying `first`; `action` is asked what follows.

    The caller hears it ring: a call that has not been answered yet is answered by who picks up.
    """
    response = ET.Element("Response")
    if first:
        ET.SubElement(response, "Say").text = first
    attributes = {"action": action, "timeout": str(RING_SECONDS), "answerOnBridge": "true"}
    if caller_id:
        attributes["callerId"] = caller_id
    verb = ET.SubElement(response, "Dial", attributes)
    ET.SubElement(verb, "Number").text = number
    return _document(response)


def hang_up(*, last: str = "") -> str:
    """End the call, after saying `last`."""
    response = ET.Element("Response")
    if last:
        ET.SubElement(response, "Say").text = last
    ET.SubElement(response, "Hangup")
    return _document(response)


def _document(response: ET.Element) -> str:
    return _DECLARATION + ET.tostring(response, encoding="unicode")
