"""An object store in memory."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiconnected.kit.errors import ProviderError


@dataclass(slots=True)
class MemoryObjects:
    """Fills `aiconnected.providers.object_store.ObjectStore`; keeps content and type by key."""

    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict[str, tuple[bytes, str]])
    away: bool = False

    def put(self, path: Path, *, bucket: str, key: str, content_type: str) -> None:
        self._check()
        self.kept[key] = (path.read_bytes(), content_type)

    def get(self, path: Path, *, bucket: str, key: str) -> None:
        self._check()
        if key not in self.kept:
            raise ProviderError(provider="memory", retryable=False)
        path.write_bytes(self.kept[key][0])

    def presign(
        self, *, bucket: str, key: str, filename: str, content_type: str, ttl: timedelta
    ) -> str:
        return f"https://objects.example/{bucket}/{key}?as={filename}&for={ttl.seconds}"

    def presign_put(
        self, *, bucket: str, key: str, content_type: str, size_bytes: int, ttl: timedelta
    ) -> str:
        return f"https://objects.example/{bucket}/{key}?put={size_bytes}&for={ttl.seconds}"

    def size(self, *, bucket: str, key: str) -> int | None:
        self._check()
        return len(self.kept[key][0]) if key in self.kept else None

    def delete(self, *, bucket: str, key: str) -> None:
        self._check()
        self.kept.pop(key, None)

    def _check(self) -> None:
        if self.away:
            raise ProviderError(provider="memory", retryable=True)
