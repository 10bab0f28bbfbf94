"""An encoder without a model, for load tests: hashed words, which find words but no meaning."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from infra.local.vendors.engines.minilm import DIMENSIONS, Encoded, Floats


class HashingEncoder:
    """Same interface as MiniLM; texts with the same words get the same vector."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [_encoded(text) for text in texts]

    def embed(self, texts: Sequence[str]) -> Floats:
        return np.stack([encoded.vector for encoded in self.encode(texts)])

    def count(self, text: str) -> int:
        return len(text.split())


@lru_cache(maxsize=4096)
def _encoded(text: str) -> Encoded:
    words = tuple(text.lower().split())
    states = (
        np.stack([_word(word) for word in words])
        if words
        else np.zeros((0, DIMENSIONS), np.float32)
    )
    total = states.sum(axis=0) if words else _word("")
    norm = float(np.linalg.norm(total)) or 1.0
    return Encoded(vector=(total / norm).astype(np.float32), words=words, states=states)


@lru_cache(maxsize=16384)
def _word(word: str) -> Floats:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
