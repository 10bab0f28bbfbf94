"""The playout hands out audio no more than its lead ahead, and its positions mean heard."""

import pytest

from realtime.bridge.playout import LEAD, Playout

pytestmark = pytest.mark.unit
FRAME = b"\x01" * 160


class Hands:
    """A clock that stands until moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def playout(hands: Hands) -> Playout:
    return Playout(rate=8000, silence=b"\xff", clock=hands)


def sent(playout: Playout) -> int:
    count = 0
    while playout.due() is not None:
        count += 1
    return count


def test_the_lead_leaves_at_once_and_the_rest_one_frame_a_tick(
    playout: Playout, hands: Hands
) -> None:
    playout.push("a", FRAME * 20)

    assert sent(playout) == LEAD / 0.02

    hands.now += 0.02
    assert sent(playout) == 1


def test_a_late_tick_is_made_up_from_the_lead(playout: Playout, hands: Hands) -> None:
    playout.push("a", FRAME * 20)
    sent(playout)

    hands.now += 0.06

    assert sent(playout) == 3


def test_a_partial_frame_waits_for_more_until_its_segment_is_complete(playout: Playout) -> None:
    playout.push("a", FRAME + b"\x01" * 10)
    assert sent(playout) == 1

    playout.finish("a")

    spoken = playout.due()
    assert spoken is not None
    assert spoken.data == b"\x01" * 10 + b"\xff" * 150


def test_heard_is_what_was_sent_less_what_the_carrier_still_holds(
    playout: Playout, hands: Hands
) -> None:
    playout.push("a", FRAME * 20)
    sent(playout)
    assert playout.heard_ms("a") == 0

    hands.now += 0.05

    assert playout.heard_ms("a") == 50


def test_the_second_segment_is_not_heard_before_the_first(playout: Playout, hands: Hands) -> None:
    playout.push("a", FRAME * 2)
    playout.finish("a")
    playout.push("b", FRAME * 3)
    sent(playout)

    hands.now += 0.05

    assert (playout.heard_ms("a"), playout.heard_ms("b")) == (40, 10)


def test_a_mark_is_asked_for_once_when_a_complete_segment_is_sent(playout: Playout) -> None:
    playout.push("a", FRAME)
    sent(playout)
    assert playout.mark_due() is None

    playout.finish("a")

    mark = playout.mark_due()
    assert mark
    assert playout.mark_due() is None
    assert playout.marked(mark) == ("a", 20)
    assert playout.idle


def test_clear_says_what_was_heard_and_forgets_the_rest(playout: Playout, hands: Hands) -> None:
    playout.push("a", FRAME * 20)
    sent(playout)
    hands.now += 0.03

    assert playout.clear() == [("a", 30)]
    assert playout.clear() == []
    assert playout.due() is None


def test_the_mark_of_a_cleared_segment_does_not_end_the_next_one(playout: Playout) -> None:
    playout.push("a", FRAME)
    playout.finish("a")
    sent(playout)
    stale = playout.mark_due()
    playout.clear()
    playout.push("b", FRAME)
    playout.finish("b")
    sent(playout)
    playout.mark_due()

    assert stale is not None
    assert playout.marked(stale) is None


def test_a_pause_hands_out_nothing_and_unpause_goes_on_in_place(playout: Playout) -> None:
    playout.push("a", FRAME * 20)
    sent(playout)
    playout.pause()
    assert sent(playout) == 0

    playout.unpause()

    assert playout.queued_ms() == 300


def test_audio_for_a_closed_segment_is_not_played(playout: Playout) -> None:
    playout.push("a", FRAME)
    playout.finish("a")
    playout.push("a", FRAME)

    assert playout.queued_ms() == 20


def test_a_mark_that_never_returns_is_noticed_after_its_grace(
    playout: Playout, hands: Hands
) -> None:
    playout.push("a", FRAME)
    playout.finish("a")
    sent(playout)
    mark = playout.mark_due()
    hands.now += 1.9
    assert playout.overdue(grace=2.0) is None

    hands.now += 0.2

    assert playout.overdue(grace=2.0) == mark
