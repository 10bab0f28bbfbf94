"""Twilio's request signature: base64(HMAC-SHA1(token, URL + sorted names and values)).

Source: Twilio documentation, "Webhooks security". The same header signs the media socket's upgrade,
with the wss URL and no fields. Connection overrides (the URL's fragment) are never part of it.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Twilio-Signature"


def sign(auth_token: str, url: str, *, fields: Mapping[str, str] | None = None) -> str:
    text = url + "".join(name + value for name, value in sorted((fields or {}).items()))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def forge(url: str, fields: Mapping[str, str] | None = None) -> str:
    """A well-formed signature made without the account's token."""
    return sign("not the account's token", url, fields=fields)
