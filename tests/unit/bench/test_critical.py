"""A turn's critical path from the journals: stages that close, own overhead, what does not join."""

import pytest

from tests.bench.critical import Unjoined, join
from tests.bench.journals import Journal
from tests.unit.bench.turning import WORDS, at, journal, journals, speech, stored, turn

pytestmark = pytest.mark.unit


def test_an_answer_that_lay_ready_costs_the_wait_and_the_way_out() -> None:
    path = join(turn(), stored(), journals=journals())

    stages = path.waterfall.stages
    assert stages["silence_wait"] == pytest.approx(600)
    assert stages["llm_first_token"] == stages["tts_first_byte"] == 0
    assert stages["own"] == pytest.approx(4)
    assert stages["onset"] == pytest.approx(40)  # 50 ms lie in the frame that begins at 40
    assert path.waterfall.hidden["llm_first_token"] == pytest.approx(150)


def test_stages_sum_to_what_was_heard() -> None:
    assert join(turn(), stored(), journals=journals()).residual_ms == pytest.approx(0.5)


def test_an_onset_that_the_telephone_did_not_hear_so_shows_in_the_residual() -> None:
    path = join(turn(), stored(), journals=journals(speech=speech(onset=90)))

    assert path.residual_ms == pytest.approx(39.5)


def test_own_overhead_of_a_ready_answer_runs_from_the_final_to_the_first_frame() -> None:
    assert join(turn(), stored(), journals=journals()).own_ms == pytest.approx(605 - 598)


def test_own_overhead_of_a_late_answer_is_what_lies_between_the_vendors() -> None:
    late = journals(
        speech=speech(first_audio=700),
        carrier=journal((702, "media.received"), (702, "media.first_out")),
    )

    path = join(turn(received=at(703), heard=at(743)), stored(), journals=late)

    # 40 ms from words to request, of which 25 embedding; 20 from token to text; 3 from audio on
    assert path.own_ms == pytest.approx(15 + 20 + 3)


def test_an_embedding_before_the_words_takes_nothing_off() -> None:
    early = journals(
        speech=speech(first_audio=700),
        embedding=journal((200, "embed.request"), (240, "embed.done")),
        carrier=journal((702, "media.received"), (702, "media.first_out")),
    )

    path = join(turn(received=at(703), heard=at(743)), stored(), journals=early)

    assert path.own_ms == pytest.approx(40 + 20 + 3)


def test_the_decode_that_counts_is_the_last_before_the_model_was_asked() -> None:
    heard = speech()
    twice = journal(
        (200, "stt.decoded", {"text": WORDS.lower()}), (320, "stt.decoded", {"text": WORDS})
    )
    both = journals(speech=type(heard)(sorted([*heard.events, *twice.events], key=lambda e: e.t)))

    assert join(turn(), stored(), journals=both).decoded == at(270)


def test_the_turn_before_leaves_no_stamps_in_this_one() -> None:
    before = journal((-9000, "llm.request"), (-8800, "llm.first_token"))
    now = journals().model
    both = journals(model=type(now)([*before.events, *now.events]))

    path = join(turn(), stored(), journals=both)

    assert (path.asked, path.first_token) == (at(310), at(460))


def test_stamps_of_the_turn_before_do_not_stand_in_for_missing_ones() -> None:
    before = journals(model=journal((-9000, "llm.request"), (-8800, "llm.first_token")))

    with pytest.raises(Unjoined, match=r"no llm\.request"):
        join(turn(), stored(), journals=before)


def test_a_token_that_the_voice_saw_first_is_no_negative_overhead() -> None:
    late_entry = journals(model=journal((310, "llm.request"), (480.2, "llm.first_token")))

    path = join(turn(), stored(), journals=late_entry)

    assert path.first_token == at(480.2)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"model": journal()}, "no llm.request"),
        ({"carrier": journal()}, "no media.received"),
        ({"speech": journal()}, "no tts.first_audio"),
    ],
)
def test_a_turn_without_its_stamps_does_not_join(missing: dict[str, Journal], reason: str) -> None:
    with pytest.raises(Unjoined, match=reason):
        join(turn(), stored(), journals=journals(**missing))


def test_a_model_that_was_asked_with_other_words_does_not_join() -> None:
    other = journals(
        speech=journal(
            *[
                (
                    e.t * 1000 - 1e6,
                    e.name,
                    dict(e.fields) | ({"text": "What?"} if e.name == "stt.final" else {}),
                )
                for e in speech().events
            ]
        )
    )

    with pytest.raises(Unjoined, match="words of the final"):
        join(turn(), stored(), journals=other)


def test_an_unheard_turn_does_not_join() -> None:
    with pytest.raises(Unjoined, match="nothing was heard"):
        join(turn(heard=None, received=None), stored(), journals=journals())


def test_a_record_without_marks_does_not_join() -> None:
    with pytest.raises(Unjoined, match="marks"):
        join(turn(), stored(marks={}), journals=journals())
