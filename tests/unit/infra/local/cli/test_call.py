"""The call command's arguments: what is said, in the order in which it was typed."""

from pathlib import Path

import pytest

from infra.local.cli.call import utterances

pytestmark = pytest.mark.unit


def test_audio_and_text_keep_the_order_of_the_command_line() -> None:
    typed = ["--to", "+1", "--say", "a", "--audio=x.wav", "--say=b", "--audio", "y.wav"]

    said = utterances(typed, audio=[Path("x.wav"), Path("y.wav")], say=["a", "b"])

    assert said == ["a", Path("x.wav"), "b", Path("y.wav")]


def test_nothing_to_say_is_no_utterance() -> None:
    assert utterances(["--to", "+1"], audio=[], say=[]) == []
