"""A key service that keeps its keys in memory."""

import secrets
from collections.abc import Mapping

from aiconnected.sealing.errors import SealBroken
from aiconnected.sealing.ports import DataKey


class MemoryKeys:
    """Fills `aiconnected.sealing.ports.KeyService`; counts how often it is asked."""

    def __init__(self) -> None:
        self._keys: dict[bytes, tuple[bytes, dict[str, str]]] = {}
        self.generated = 0
        self.unwrapped = 0

    def generate(self, context: Mapping[str, str]) -> DataKey:
        self.generated += 1
        key = DataKey(plain=secrets.token_bytes(32), wrapped=secrets.token_bytes(64))
        self._keys[key.wrapped] = key.plain, dict(context)
        return key

    def unwrap(self, wrapped: bytes, *, context: Mapping[str, str]) -> bytes:
        self.unwrapped += 1
        plain, made_for = self._keys.get(wrapped, (b"", None))
        if made_for != dict(context):
            raise SealBroken
        return plain
