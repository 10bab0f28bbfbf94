"""Vectors of the length asked for, from a model that has its own."""

import base64

import numpy as np
import pytest

from infra.local.vendors.engines.hashing import HashingEncoder
from infra.local.vendors.openai import embedding
from infra.local.vendors.openai.errors import ApiError

pytestmark = pytest.mark.unit

MODEL = HashingEncoder()


def test_zeros_fill_up_and_change_no_cosine() -> None:
    texts = ["free parking", "parking is free", "a crown"]
    vectors = embedding.embed(MODEL, texts, dimensions=1536)

    assert vectors.shape == (3, 1536)
    assert not vectors[:, 384:].any()
    own = MODEL.embed(texts)
    assert vectors @ vectors.T == pytest.approx(own @ own.T, abs=1e-5)


def test_a_long_text_is_the_mean_of_its_windows() -> None:
    long = "rose " * embedding.WINDOW + "crown " * embedding.WINDOW
    rose, crown, both = embedding.embed(MODEL, ["rose", "crown", long], dimensions=384)

    assert both @ rose == pytest.approx(both @ crown, abs=1e-4)


def test_floats_travel_as_numbers_or_as_base64() -> None:
    vector = np.array([0.5, -0.25], np.float32)

    assert embedding.written(vector, "float") == [0.5, -0.25]
    packed = embedding.written(vector, "base64")
    assert isinstance(packed, str)
    assert np.frombuffer(base64.b64decode(packed), "<f4").tolist() == [0.5, -0.25]


def test_too_many_tokens_are_refused() -> None:
    with pytest.raises(ApiError, match="maximum context length is 8192"):
        embedding.count(MODEL, ["word " * 8193])
    with pytest.raises(ApiError, match="max 300000 tokens per request"):
        embedding.count(MODEL, ["word " * 8000] * 40)
    assert embedding.count(MODEL, ["two words", "one"]) == 3
