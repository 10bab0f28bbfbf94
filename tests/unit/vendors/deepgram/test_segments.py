"""Segmentation on a scripted voice activity: no model, exact to the window."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from infra.local.vendors.deepgram.segments import (
    RATE,
    WINDOW,
    Event,
    Rules,
    Segment,
    Segmenter,
    Vad,
)
from infra.local.vendors.engines.audio import Samples

pytestmark = pytest.mark.unit

MS = RATE // 1000
WINDOW_MS = WINDOW // MS


def scripted(script: str) -> Vad:
    """Return a VAD that knows its answers: "x" is speech, "?" undecided, "." silence."""
    answers = iter([{"x": 0.9, "?": 0.4, ".": 0.1}[letter] for letter in script])
    return lambda _: next(answers)


def rules(**changes: int | None) -> Rules:
    values: dict[str, int | None] = {"endpointing_ms": 300, "utterance_end_ms": None}
    values |= {"early_ms": 64, "interim_ms": 600} | changes
    return Rules(**values)  # pyright: ignore[reportArgumentType] - early and interim are given


def audio(script: str) -> Samples:
    """Loud where the script says speech."""
    loud = np.repeat([letter != "." for letter in script], WINDOW)
    return np.where(loud, 0.1, 0.0).astype(np.float32)


def run(script: str, **changes: int | None) -> list[tuple[Event, int]]:
    """Return each event with the window in which it came; close segments as a server does."""
    return [(event, at) for event, at, _ in trace(script, **changes)]


def trace(script: str, **changes: int | None) -> Iterator[tuple[Event, int, Segment | None]]:
    segmenter = Segmenter(scripted(script), rules(**changes))
    for event in segmenter.feed(audio(script)):
        at = segmenter.position // WINDOW
        closing = event in {Event.CUT, Event.ENDPOINT, Event.PAUSE}
        segment = segmenter.close(still_talking=event is Event.CUT) if closing else None
        if event is Event.INTERIM_DUE:
            segmenter.interim_taken()
        yield event, at, segment


def test_a_turn_starts_decodes_early_and_ends() -> None:
    script = "." * 3 + "x" * 5 + "." * 12

    assert run(script) == [
        (Event.STARTED, 4),
        (Event.SILENCE, 9),
        (Event.EARLY, 10),  # 64 ms
        (Event.ENDPOINT, 18),  # 320 ms, the first whole window past 300
    ]


def test_an_undecided_window_starts_nothing_but_keeps_speech_alive() -> None:
    assert run("?????") == []
    assert run("x????") == [(Event.STARTED, 1)]


def test_speech_after_a_short_silence_goes_on_and_is_decoded_anew() -> None:
    events = [event for event, _ in run("xxx" + "...." + "xxx" + "." * 12)]

    assert events.count(Event.EARLY) == 2
    assert events.count(Event.ENDPOINT) == 1


def test_interims_are_due_every_600_ms_of_speech() -> None:
    due = [at for event, at in run("x" * 60) if event is Event.INTERIM_DUE]

    assert due == [19, 38, 57]  # 19 windows of 32 ms are 608 ms


def test_a_short_endpointing_decodes_no_later_than_it_ends() -> None:
    assert run("xxx" + "..", endpointing_ms=10)[1:4] == [
        (Event.SILENCE, 4),
        (Event.EARLY, 4),
        (Event.ENDPOINT, 4),
    ]


def test_without_endpointing_a_second_of_silence_pauses() -> None:
    events = run("xxx" + "." * 40, endpointing_ms=None)

    assert (Event.PAUSE, 3 + 32) in events
    assert all(event is not Event.ENDPOINT for event, _ in events)


def test_the_utterance_ends_once_after_its_gap() -> None:
    events = run("xxx" + "." * 80, utterance_end_ms=1000)

    assert [at for event, at in events if event is Event.UTTERANCE_END] == [3 + 32]


def test_speech_within_the_gap_keeps_the_utterance_open() -> None:
    events = run("xxx" + "." * 20 + "xxx" + "." * 40, utterance_end_ms=1000)

    assert [at for event, at in events if event is Event.UTTERANCE_END] == [26 + 32]


def test_a_segment_holds_what_came_before_the_first_sure_window() -> None:
    closed = [segment for _, _, segment in trace("." * 30 + "x" * 10 + "." * 12) if segment]

    segment = closed[0]
    assert segment.speech_start == 30 * WINDOW
    assert segment.start == 21 * WINDOW  # nine windows: 288 ms
    assert segment.speech_end == 40 * WINDOW
    assert segment.end - segment.start == len(segment.audio)
    assert segment.has_speech


def test_segments_never_overlap() -> None:
    script = ("x" * 5 + "." * 11) * 3
    closed = [segment for _, _, segment in trace(script) if segment]

    assert len(closed) == 3
    assert all(one.end <= other.start for one, other in pairwise(closed))


def test_a_blip_holds_no_speech() -> None:
    closed = [segment for _, _, segment in trace("xx" + "." * 12) if segment]

    assert not closed[0].has_speech


def test_the_end_of_speech_is_the_last_loud_moment_before_the_vads_own() -> None:
    script = "x" * 6 + "." * 12
    sound = audio(script)
    sound[int(4.5 * WINDOW) : 6 * WINDOW] = 0.001  # below -45 dBFS, still called speech
    segmenter = Segmenter(scripted(script), rules())

    ends = [
        segmenter.segment().speech_end for event in segmenter.feed(sound) if event is Event.SILENCE
    ]

    assert ends[0] == pytest.approx(4.5 * WINDOW, abs=10 * MS)


def test_a_monologue_is_cut_between_words_and_at_the_latest_after_20_s() -> None:
    windows = 15 * RATE // WINDOW + 10
    dip = [(e, at) for e, at in run("x" * windows + "?" + "x" * 20) if e is Event.CUT]
    hard = [(e, at) for e, at in run("x" * 700) if e is Event.CUT]

    assert dip == [(Event.CUT, windows + 1)]
    assert hard == [(Event.CUT, 20 * RATE // WINDOW)]


def test_a_turn_that_ends_right_after_a_cut_still_ends() -> None:
    windows = 20 * RATE // WINDOW
    traced = list(trace("x" * windows + "." * 12))

    ended = [segment for event, _, segment in traced if event is Event.ENDPOINT and segment]
    assert len(ended) == 1
    assert not ended[0].has_speech


@pytest.mark.parametrize("size", [1, 160, 511, 513, 4000])
def test_the_size_of_the_messages_changes_nothing(size: int) -> None:
    script = "..." + "x" * 30 + "." * 12
    sound = audio(script)
    segmenter = Segmenter(scripted(script), rules())
    events: list[Event] = []
    for at in range(0, len(sound), size):
        for event in segmenter.feed(sound[at : at + size]):
            events.append(event)
            if event is Event.ENDPOINT:
                segmenter.close()
            if event is Event.INTERIM_DUE:
                segmenter.interim_taken()

    assert events == [event for event, _ in run(script)]
