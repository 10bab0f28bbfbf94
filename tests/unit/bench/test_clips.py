"""What the callers of the bench say."""

import pytest

from tests.bench.clips import pauses, questions

pytestmark = pytest.mark.unit


def test_every_question_is_one_that_the_client_answers() -> None:
    asked = questions("brightwater-dental", count=50)

    assert len(asked) == 50
    assert all(question.answer for question in asked)
    assert len({question.clip.name for question in asked}) > 30


def test_sentences_have_pauses_up_to_the_presets_own() -> None:
    fast, default = pauses(up_to_ms=300), pauses(up_to_ms=400)

    assert {sentence.pause_ms for sentence in fast} == {200, 300}
    assert {sentence.pause_ms for sentence in default} == {200, 300, 400}
    assert len(fast) == 10
    assert len(default) == 15
