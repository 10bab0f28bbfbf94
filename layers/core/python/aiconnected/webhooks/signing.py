"""Signatures of webhooks: `X-Voice-Signature: t=…,v1=…`, the HMAC-SHA256 of `t.body` in hex.

While a secret is replaced there is a `v1` for each of the two; receivers accept either, and refuse
a `t` that lies more than five minutes away.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

SIGNATURE = "X-Voice-Signature"
DELIVERY = "X-Voice-Delivery"
EVENT = "X-Voice-Event"
EVENT_ID = "X-Voice-Event-Id"
_PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes as text."""
    return _PREFIX + secrets.token_urlsafe(32)


def signature(body: bytes, *, keys: Sequence[str], at: datetime) -> str:
    """The header's value; the newest key comes first."""
    moment = str(int(at.timestamp()))
    signed = moment.encode() + b"." + body
    digests = (hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys)
    return ",".join([f"t={moment}", *(f"v1={digest}" for digest in digests)])
