"""What idempotency keys ask of others."""

from collections.abc import Mapping
from typing import Protocol


class Seals(Protocol):
    """Keeps answers unreadable at rest: some show a secret once. `aiconnected.sealing` fills it."""

    def seal(self, content: bytes, *, context: Mapping[str, str]) -> bytes:
        """`content`, to be opened with the same context."""
        ...

    def open(self, sealed: bytes, *, context: Mapping[str, str]) -> bytes:
        """What was sealed."""
        ...
