"""A model's memory of batches between runs: a stack's seeded documents are embedded once.

Only texts that come several at a time are remembered. A question comes alone and is computed each
time, so its latency stays the model's.
"""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from infra.local.vendors.openai.embedding import Floats, Model

MOST = 20_000  # vectors kept, 1.5 KB each; the oldest go first
_PATIENCE = 5.0  # seconds for another stack that writes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors
(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)
"""


class RememberingModel:
    """A `Model` over another one and a file; `version` names the model whose vectors they are.

    Not for two threads at a time. Several processes may share the file.
    """

    def __init__(self, model: Model, *, file: Path, version: str) -> None:
        self._model, self._file, self._version = model, file, version
        file.parent.mkdir(parents=True, exist_ok=True)

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self._model.count(text)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One unit vector a text."""
        if len(texts) <= 1:
            return self._model.embed(texts)
        keys = [hashlib.sha256(f"{self._version}\n{text}".encode()).digest() for text in texts]
        with closing(sqlite3.connect(self._file, timeout=_PATIENCE)) as connection, connection:
            connection.execute(_SCHEMA)
            known = _recall(connection, keys)
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if new:
                known |= dict(zip(new, self._model.embed(list(new.values())), strict=True))
                _remember(connection, {key: known[key] for key in new})
        return np.stack([known[key] for key in keys])


def _recall(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Floats]:
    found: dict[bytes, Floats] = {}
    for key in keys:
        row = connection.execute("SELECT vector FROM vectors WHERE key = ?", [key]).fetchone()
        if row is not None:
            found[key] = np.frombuffer(row[0], np.float32)
    return found


def _remember(connection: sqlite3.Connection, vectors: Mapping[bytes, Floats]) -> None:
    rows = [(key, vector.tobytes()) for key, vector in vectors.items()]
    connection.executemany("INSERT OR IGNORE INTO vectors (key, vector) VALUES (?, ?)", rows)
    connection.execute("DELETE FROM vectors WHERE id <= (SELECT max(id) FROM vectors) - ?", [MOST])
