"""The ear: onsets, gaps and the jitter buffer, from arrival times alone."""

import numpy as np
import pytest

from infra.local.cli.ear import Ear, timeline
from infra.local.cli.sound import encode

pytestmark = pytest.mark.unit

LOUD = encode(np.where(np.arange(160) % 2, 4000, -4000).astype(np.int16))
QUIET = encode(np.zeros(160, np.int16))


def ear(*runs: tuple[float, bytes, int]) -> Ear:
    """Runs of frames 20 ms apart: (arrival of the first, frame, how many)."""
    listening = Ear()
    for begin, frame, count in runs:
        for index in range(count):
            listening.hear(begin + index * 0.02, frame)
    return listening


def test_speech_begins_with_the_first_loud_frame() -> None:
    listening = ear((10.0, QUIET, 5), (10.1, LOUD, 10))

    assert listening.onset_after(9.0) == pytest.approx(10.1)
    assert listening.first_frame_after(9.0) == pytest.approx(10.0)


def test_speech_that_goes_on_from_before_is_no_onset() -> None:
    listening = ear((10.0, LOUD, 20), (10.9, LOUD, 5))

    assert listening.onset_after(10.2) == pytest.approx(10.9)
    assert listening.onset_after(10.95) is None


def test_a_breath_inside_speech_is_no_onset() -> None:
    listening = ear((10.0, LOUD, 10), (10.2, QUIET, 5), (10.3, LOUD, 5))

    assert listening.onset_after(10.1) is None


def test_frames_on_time_or_a_little_late_leave_no_gap() -> None:
    listening = Ear()
    for index in range(50):
        listening.hear(5.0 + index * 0.02 + (0.018 if index % 3 == 0 else 0.0), LOUD)

    assert listening.gaps == []


def test_a_frame_later_than_the_jitter_buffer_is_a_gap() -> None:
    listening = ear((5.0, LOUD, 5), (5.15, LOUD, 5))

    (gap,) = listening.gaps
    assert gap.at == pytest.approx(5.15)
    assert gap.ms == pytest.approx(30)  # due at 5.100 on the wire, 5.120 behind the buffer


def test_lateness_adds_up_until_it_is_a_gap() -> None:
    listening = ear((5.0, LOUD, 3), (5.072, LOUD, 3), (5.144, LOUD, 3))

    assert len(listening.gaps) == 1


def test_a_pause_between_utterances_is_no_gap() -> None:
    listening = ear((5.0, LOUD, 5), (5.5, LOUD, 5))

    assert listening.gaps == []


def test_underruns_are_counted_within_their_turn() -> None:
    listening = ear((5.0, LOUD, 5), (5.15, LOUD, 5), (9.0, LOUD, 5), (9.16, LOUD, 5))

    assert len(listening.underruns(4.0, 8.0)) == 1
    assert len(listening.underruns(4.0, 10.0)) == 2


def test_the_end_of_interrupted_speech_is_found() -> None:
    listening = ear((5.0, LOUD, 50), (8.0, LOUD, 10))

    assert listening.last_speech_before(8.5, after=5.5) == pytest.approx(5.98)
    assert listening.last_speech_before(8.5, after=6.5) == pytest.approx(8.18)
    assert listening.speech_between(5.0, 5.2) == pytest.approx(200)


def test_a_timeline_puts_frames_where_they_arrived_and_never_over_each_other() -> None:
    pcm = timeline([(1.0, LOUD), (1.01, LOUD), (1.1, LOUD)], start=1.0)

    assert len(pcm) == 960
    assert np.abs(pcm[:320]).min() > 0
    assert np.abs(pcm[320:800]).max() == 0
