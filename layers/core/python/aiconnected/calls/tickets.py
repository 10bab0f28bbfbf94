"""Tickets to a call's media socket: `key.payload.signature`, made again from what the call keeps.

The payload is the call's id and the expiry in Unix milliseconds, the signature HMAC-SHA256 over the
key's name and the payload. Nothing in it is random: a repeated webhook gets the same one.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct
from uuid import UUID

from aiconnected.calls.errors import TicketExpired, TicketInvalid

TICKET_TTL = timedelta(seconds=60)
_PAYLOAD = Struct(">16sQ")
_PURPOSE = b"aiconnected media ticket v1"  # no other use of the same key makes a valid ticket
_LONGEST = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClaims:
    """What a ticket says."""

    call_id: UUID
    key_id: str
    expires_at: datetime  # whole milliseconds


class TicketSigner:
    """Makes and reads tickets with a set of keys: one can be replaced while calls come in."""

    def __init__(self, keys: Mapping[str, bytes], *, current: str) -> None:
        """`keys` by name, of 32 bytes or more; new tickets are signed with `current`."""
        if current not in keys or any(len(key) < sha256().digest_size for key in keys.values()):
            raise ValueError("the ticket keys need the current one, and 32 bytes each")
        if any("." in name for name in keys):
            raise ValueError("a ticket key's name cannot hold a dot")
        self._keys = dict(keys)
        self._current = current

    def claims(self, call_id: UUID, *, now: datetime) -> TicketClaims:
        """What a new ticket for the call says."""
        expires_at = now + TICKET_TTL
        whole = expires_at.replace(microsecond=expires_at.microsecond // 1000 * 1000)
        return TicketClaims(call_id=call_id, key_id=self._current, expires_at=whole)

    def sign(self, claims: TicketClaims) -> str:
        """The ticket; `TicketInvalid` when its key has been withdrawn meanwhile."""
        unix_ms = (claims.expires_at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
        payload = _text(_PAYLOAD.pack(claims.call_id.bytes, unix_ms))
        return f"{claims.key_id}.{payload}.{_text(self._mac(claims.key_id, payload))}"

    def read(self, ticket: str, *, now: datetime) -> TicketClaims:
        """The claims of a genuine ticket in time; `TicketInvalid` or `TicketExpired` otherwise."""
        try:
            key_id, payload, signature = ticket[:_LONGEST].split(".")
            given = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            genuine = hmac.compare_digest(self._mac(key_id, payload), given)
            packed = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)) if genuine else b""
        except ValueError as exc:  # also binascii.Error and UnicodeEncodeError
            raise TicketInvalid from exc
        if len(packed) != _PAYLOAD.size:
            raise TicketInvalid
        call_bytes, unix_ms = _PAYLOAD.unpack(packed)
        expires_at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=unix_ms)
        if now >= expires_at:
            raise TicketExpired
        return TicketClaims(call_id=UUID(bytes=call_bytes), key_id=key_id, expires_at=expires_at)

    def _mac(self, key_id: str, payload: str) -> bytes:
        key = self._keys.get(key_id)
        if key is None:
            raise TicketInvalid
        return hmac.digest(key, b"\0".join((_PURPOSE, key_id.encode(), payload.encode())), sha256)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
