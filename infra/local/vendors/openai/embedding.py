"""Texts into vectors of the length that was asked for, and what they cost in tokens."""

import base64
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from infra.local.vendors.openai.errors import ApiError

MOST_TOKENS = 8192  # of one text
MOST_TOKENS_TOGETHER = 300_000  # of all texts of a request
WINDOW = 170  # words: safely within the 256 word pieces that MiniLM reads at once

Floats = NDArray[np.float32]


class Model(Protocol):
    """What embeds (see engines/minilm.py)."""

    def embed(self, texts: Sequence[str]) -> Floats: ...
    def count(self, text: str) -> int: ...


def count(model: Model, texts: Sequence[str]) -> int:
    """Return the tokens of all texts; raises ApiError where one or all together are too long."""
    counts = [model.count(text) for text in texts]
    longest, total = max(counts), sum(counts)
    if longest > MOST_TOKENS:
        raise ApiError(
            400,
            f"This model's maximum context length is {MOST_TOKENS} tokens, however you requested"
            f" {longest} tokens ({longest} in your prompt; 0 for the completion). Please reduce"
            f" your"
            " prompt; or completion length.",
        )
    if total > MOST_TOKENS_TOGETHER:
        message = f"Requested {total} tokens, max {MOST_TOKENS_TOGETHER} tokens per request"
        raise ApiError(400, message, kind="max_tokens_per_request", code="max_tokens_per_request")
    return total


def embed(model: Model, texts: Sequence[str], *, dimensions: int) -> Floats:
    """Return one unit vector a text: the model's own values, then zeros, cut to `dimensions`.

    Zeros change no cosine. A text longer than the model reads is the mean of its windows.
    """
    windows = [_windows(text) for text in texts]
    flat = model.embed([window for listed in windows for window in listed])
    vectors = np.zeros((len(texts), dimensions), np.float32)
    at = 0
    for row, listed in enumerate(windows):
        mean = flat[at : at + len(listed)].mean(axis=0)[:dimensions]
        vectors[row, : len(mean)] = mean
        at += len(listed)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, np.finfo(np.float32).tiny)


def written(vector: Floats, encoding: Literal["float", "base64"]) -> list[float] | str:
    """Return a vector as JSON numbers, or as base64 of little-endian 32-bit floats."""
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return vector.tolist()


def _windows(text: str) -> list[str]:
    words = text.split()
    if len(words) <= WINDOW:
        return [text]
    return [" ".join(words[at : at + WINDOW]) for at in range(0, len(words), WINDOW)]
