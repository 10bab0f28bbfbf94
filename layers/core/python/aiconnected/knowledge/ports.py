"""What knowledge asks of the outside: vectors for texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DIMENSIONS = 1536


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """One vector for each text, in order, and what they cost to make."""

    vectors: tuple[tuple[float, ...], ...]
    tokens: int


class Embedder(Protocol):
    """Turns texts into vectors of `DIMENSIONS` values whose cosine is their likeness."""

    @property
    def provider(self) -> str:
        """Name in usage records."""
        ...

    @property
    def model(self) -> str:
        """Model in usage records; vectors of different models do not compare."""
        ...

    def embed(self, texts: Sequence[str], *, tag: str) -> Embeddings:
        """Vectors for `texts`; `tag` is passed on as the request's user. Raises ProviderError."""
        ...
