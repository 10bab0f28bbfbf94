"""The embedding model's memory: batches are computed once, questions each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from infra.local.vendors.openai.embedding import Floats
from infra.local.vendors.openai.memory import MOST, RememberingModel

pytestmark = pytest.mark.unit


@dataclass
class CountingModel:
    """One unit vector a text, and a note of what was asked."""

    asked: list[list[str]] = field(default_factory=list)

    def count(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> Floats:
        self.asked.append(list(texts))
        vectors = np.zeros((len(texts), 8), np.float32)
        vectors[np.arange(len(texts)), [len(text) % 8 for text in texts]] = 1
        return vectors


@pytest.fixture
def model() -> CountingModel:
    return CountingModel()


def remembering(model: CountingModel, folder: Path, version: str = "1") -> RememberingModel:
    return RememberingModel(model, file=folder / "cache" / "vectors.sqlite3", version=version)


def test_a_batch_is_computed_once_also_by_a_later_process(
    model: CountingModel, tmp_path: Path
) -> None:
    texts = ["one", "three", "fifteen"]
    first = remembering(model, tmp_path).embed(texts)

    again = remembering(model, tmp_path).embed(["fifteen", "one"])

    assert model.asked == [texts]
    assert np.array_equal(again, first[[2, 0]])


def test_only_what_is_new_is_computed_and_the_order_is_kept(
    model: CountingModel, tmp_path: Path
) -> None:
    memory = remembering(model, tmp_path)
    memory.embed(["a", "bb"])

    vectors = memory.embed(["bb", "cccc", "bb", "a"])

    assert model.asked[1:] == [["cccc"]]
    assert vectors.argmax(axis=1).tolist() == [2, 4, 2, 1]


def test_a_question_alone_is_computed_each_time(model: CountingModel, tmp_path: Path) -> None:
    memory = remembering(model, tmp_path)

    for _ in range(2):
        memory.embed(["When do you open?"])

    assert len(model.asked) == 2


def test_another_models_vectors_are_not_taken(model: CountingModel, tmp_path: Path) -> None:
    remembering(model, tmp_path, version="1").embed(["a", "b"])
    remembering(model, tmp_path, version="2").embed(["a", "b"])

    assert len(model.asked) == 2


def test_the_oldest_is_forgotten_first(model: CountingModel, tmp_path: Path) -> None:
    memory = remembering(model, tmp_path)
    memory.embed([f"text {index}" for index in range(MOST + 2)])

    memory.embed(["text 0", "text 1"])
    memory.embed([f"text {MOST}", f"text {MOST + 1}"])

    assert model.asked[1:] == [["text 0", "text 1"]]
