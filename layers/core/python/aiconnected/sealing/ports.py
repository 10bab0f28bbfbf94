"""What sealing asks of the outside: data keys, wrapped by a key that never leaves its service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key for content: in the clear for use, wrapped to be kept beside what it seals."""

    plain: bytes = field(repr=False)  # 32 bytes
    wrapped: bytes


class KeyService(Protocol):
    """Makes and unwraps data keys; a key made for one context opens in no other."""

    def generate(self, context: Mapping[str, str]) -> DataKey:
        """A new data key; raises `ProviderError`."""
        ...

    def unwrap(self, wrapped: bytes, *, context: Mapping[str, str]) -> bytes:
        """The plain key; raises `ProviderError`, or `SealBroken` for a key of another context."""
        ...
