"""When the watchdog says what: on times alone, without a loop."""

from pathlib import Path

import pytest

from realtime.agent.settings import AgentSettings
from realtime.agent.watch import Scene, Step, Watch

pytestmark = pytest.mark.unit


@pytest.fixture
def watch() -> Watch:
    settings = AgentSettings(
        lines_dir=Path("lines"), deepgram_api_key="k", anthropic_api_key="k", openai_api_key="k"
    )
    return Watch(settings, began=0.0, max_duration=600.0)


def at(
    now: float,
    *,
    speaking: bool = False,
    last_heard: float = 0.0,
    last_message: float = 0.0,
    paused_at: float | None = None,
) -> Scene:
    return Scene(
        now=now,
        speaking=speaking,
        last_heard=last_heard,
        last_message=last_message,
        paused_at=paused_at,
    )


def test_an_answer_that_is_owed_brings_a_filler_after_two_seconds_and_one_only(
    watch: Watch,
) -> None:
    watch.words(10.0)
    watch.owes(9.8)

    assert watch.step(at(11.7)) is None
    assert watch.step(at(11.8)) is Step.FILLER
    assert watch.step(at(11.9)) is None


def test_when_nothing_follows_the_filler_an_apology_does(watch: Watch) -> None:
    watch.owes(10.0)
    watch.step(at(12.0))

    assert watch.step(at(15.1)) is None
    assert watch.step(at(15.3)) is Step.APOLOGISE
    assert watch.step(at(15.4, last_heard=13.0)) is None


def test_an_answer_that_is_heard_settles_the_debt(watch: Watch) -> None:
    watch.owes(10.0)
    watch.settled()

    assert watch.step(at(13.0, last_heard=13.0)) is None


def test_nobody_is_talked_over(watch: Watch) -> None:
    watch.owes(10.0)

    assert watch.step(at(13.0, speaking=True)) is None


def test_a_caller_who_goes_on_speaking_is_not_interrupted_by_a_filler(watch: Watch) -> None:
    watch.caller_speaks(8.0)
    watch.words(10.0)
    watch.owes(10.0)

    assert watch.step(at(12.6)) is None


def test_noise_that_goes_on_without_words_does_not_keep_the_caller_waiting(watch: Watch) -> None:
    watch.caller_speaks(8.0)
    watch.words(10.0)
    watch.owes(10.0)

    assert watch.step(at(15.1)) is Step.FILLER


def test_speech_that_the_recogniser_says_nothing_about_means_that_it_is_deaf(watch: Watch) -> None:
    watch.caller_speaks(10.0)
    watch.caller_silent(11.25)

    assert watch.step(at(12.9, last_message=9.0)) is None
    assert watch.step(at(13.1, last_message=9.0)) is Step.RECONNECT
    assert watch.step(at(13.5, last_message=9.0)) is Step.FILLER


def test_a_cough_that_a_living_recogniser_has_no_words_for_is_nothing(watch: Watch) -> None:
    watch.caller_speaks(10.0)
    watch.caller_silent(11.25)

    assert watch.step(at(13.1, last_message=10.5)) is None
    assert watch.step(at(14.0, last_message=10.5)) is None


def test_a_short_noise_is_no_speech(watch: Watch) -> None:
    watch.caller_speaks(10.0)
    watch.caller_silent(10.4)

    assert watch.step(at(13.0)) is None


def test_silence_on_both_sides_is_asked_about_and_then_ends(watch: Watch) -> None:
    assert watch.step(at(15.9, last_heard=4.0)) is None
    assert watch.step(at(16.0, last_heard=4.0)) is Step.STILL_THERE
    assert watch.step(at(20.0, last_heard=17.0)) is None
    assert watch.step(at(27.0, last_heard=17.0)) is Step.GIVE_UP


def test_a_caller_who_answers_the_question_is_there(watch: Watch) -> None:
    watch.step(at(16.0, last_heard=4.0))
    watch.caller_speaks(18.0)
    watch.caller_silent(18.3)

    assert watch.step(at(28.0, last_heard=17.0)) is None


def test_speech_held_back_for_nobody_goes_on(watch: Watch) -> None:
    assert watch.step(at(12.9, speaking=True, paused_at=10.0)) is None
    assert watch.step(at(13.1, speaking=True, paused_at=10.0)) is Step.GO_ON


def test_a_held_caller_is_left_alone_but_not_for_ever(watch: Watch) -> None:
    watch.held = True
    watch.owes(10.0)

    assert watch.step(at(60.0)) is None
    assert watch.step(at(600.1)) is Step.TOO_LONG
    assert watch.step(at(600.2)) is None
