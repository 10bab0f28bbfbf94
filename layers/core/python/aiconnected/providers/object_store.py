"""The port of the object store: recordings, documents, voices."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol


class ObjectStore(Protocol):
    """Keeps files by bucket and key. Every method raises ProviderError."""

    def put(self, path: Path, *, bucket: str, key: str, content_type: str) -> None:
        """Keep the file; the same key again replaces it."""
        ...

    def get(self, path: Path, *, bucket: str, key: str) -> None:
        """Write the object to the file."""
        ...

    def presign(
        self, *, bucket: str, key: str, filename: str, content_type: str, ttl: timedelta
    ) -> str:
        """A URL that serves the object under `filename` to whoever has it, for `ttl`."""
        ...

    def presign_put(
        self, *, bucket: str, key: str, content_type: str, size_bytes: int, ttl: timedelta
    ) -> str:
        """A URL to which exactly so many bytes of that type can be put, once it is known."""
        ...

    def size(self, *, bucket: str, key: str) -> int | None:
        """How many bytes the object has; None when it is not there."""
        ...

    def delete(self, *, bucket: str, key: str) -> None:
        """Remove the object; no error when it is gone already."""
        ...
