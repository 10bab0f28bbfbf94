"""Where words are placed in time."""

from itertools import pairwise

import pytest

from infra.local.vendors.deepgram.recognition import place_words

pytestmark = pytest.mark.unit


def test_words_fill_the_speech_by_their_length() -> None:
    placed = place_words("What a question?", start=1.0, end=2.4)

    assert [word.written for word in placed] == ["What", "a", "question?"]
    assert placed[0].start == 1.0
    assert placed[-1].end == pytest.approx(2.4)
    assert placed[0].end == pytest.approx(1.4)
    assert all(one.end == other.start for one, other in pairwise(placed))


def test_no_words_need_no_place() -> None:
    assert place_words("", start=1.0, end=2.0) == []
