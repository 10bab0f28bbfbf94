"""Sealing and opening: AES-256-GCM under data keys that the key service wraps (envelope).

What is kept is: version (1 byte), length of the wrapped key (2, big-endian), wrapped key, nonce
(12), ciphertext with its tag. The context, which must be given again to open, is authenticated
twice: by the key service with the data key, and by AES-GCM with all that stands before the nonce.
"""

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiconnected.kit.clock import Clock
from aiconnected.sealing.errors import SealBroken
from aiconnected.sealing.ports import DataKey, KeyService

K = TypeVar("K")
V = TypeVar("V")
VERSION = 1
MAX_AGE_S = 300.0  # of a data key, for sealing and for opening
MAX_MESSAGES = 1_000  # that one data key seals: far below what random nonces of 96 bits allow
_REMEMBERED = 256  # data keys of each kind
_NONCE = 12
_HEADER = 3


@dataclass(slots=True)
class _Sealing:
    """A data key in use, and how much it has sealed."""

    key: DataKey
    made_at: float
    messages: int = 0


class Sealer:
    """Seals and opens. Safe to share between threads."""

    def __init__(self, keys: KeyService, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._lock = threading.Lock()
        self._sealing: OrderedDict[bytes, _Sealing] = OrderedDict()
        self._opening: OrderedDict[tuple[bytes, bytes], tuple[bytes, float]] = OrderedDict()

    def seal(self, content: bytes, *, context: Mapping[str, str]) -> bytes:
        """`content` sealed; only the same `context` opens it. Raises `ProviderError`.

        The context says what the content is and whose. It holds no secret, for the key service
        logs it, and the fewer there are, the less often the key service is asked.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- slow

        key = self._sealing_key(context)
        header = bytes([VERSION]) + len(key.wrapped).to_bytes(2, "big") + key.wrapped
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(key.plain).encrypt(nonce, content, header + _canonical(context))
        return header + nonce + sealed

    def open(self, sealed: bytes, *, context: Mapping[str, str]) -> bytes:
        """What was sealed for `context`; raises `SealBroken` or `ProviderError`."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- see `seal`
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        end = _HEADER + int.from_bytes(sealed[1:_HEADER], "big")
        if len(sealed) < end + _NONCE or sealed[0] != VERSION:
            raise SealBroken
        header, nonce, content = sealed[:end], sealed[end : end + _NONCE], sealed[end + _NONCE :]
        plain = self._opening_key(header[_HEADER:], context)
        try:
            return AESGCM(plain).decrypt(nonce, content, header + _canonical(context))
        except InvalidTag as exc:
            raise SealBroken from exc

    def _sealing_key(self, context: Mapping[str, str]) -> DataKey:
        name = _canonical(context)
        with self._lock:
            found, now = self._sealing.get(name), self._clock.monotonic()
            if found is None or now - found.made_at > MAX_AGE_S or found.messages >= MAX_MESSAGES:
                found = _Sealing(key=self._keys.generate(context), made_at=now)
                self._sealing[name] = found
                _forget(self._sealing)
            found.messages += 1
            return found.key

    def _opening_key(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        name = wrapped, _canonical(context)
        with self._lock:
            found, now = self._opening.get(name), self._clock.monotonic()
            if found is None or now - found[1] > MAX_AGE_S:
                found = self._keys.unwrap(wrapped, context=context), now
                self._opening[name] = found
                _forget(self._opening)
            return found[0]


def _forget(remembered: OrderedDict[K, V]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)


def _canonical(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True, separators=(",", ":")).encode()
