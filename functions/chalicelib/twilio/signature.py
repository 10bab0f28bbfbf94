"""Twilio's signature of a webhook (Twilio documentation, "Webhooks security").

`X-Twilio-Signature` is base64(HMAC-SHA1(auth token, URL + each field's name and value, sorted)).
The vendor's package checks it the same way, but weighs more than all of this function's code.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

HEADER = "x-twilio-signature"
_DEFAULT_PORTS = {"https": 443, "http": 80}


def is_genuine(
    auth_token: str, signature: str, *, url: str, form: Mapping[str, Sequence[str]]
) -> bool:
    """Whether Twilio, or who else holds the token, sent `form` to `url`.

    Twilio signs some requests with the port and some without, so both forms of the URL count.
    """
    parts = urlsplit(url)
    text = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    expected = [_signature(auth_token, address + text) for address in _addresses(parts)]
    given = signature.encode()
    return any(hmac.compare_digest(each, given) for each in expected)


def _addresses(parts: SplitResult) -> tuple[str, str]:
    host = parts.netloc.rpartition("@")[2]
    bare = host.rsplit(":", 1)[0] if parts.port is not None else host
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)
    return (
        parts._replace(netloc=bare).geturl(),
        parts._replace(netloc=f"{bare}:{port}").geturl(),
    )


def _signature(auth_token: str, text: str) -> bytes:
    return base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), "sha1"))
