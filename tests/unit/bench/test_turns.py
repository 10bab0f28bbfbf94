"""Which turns count, which are lost and why, and what is reported of them."""

from typing import Any

import pytest

from infra.local.cli.conversation import Conversation, Greeting, Turn
from infra.local.cli.ear import Ear
from infra.local.cli.records import TurnRecord
from infra.local.cli.sound import Clip
from infra.local.cli.telephone import Ended
from tests.bench.calls import Held
from tests.bench.clips import Question
from tests.bench.rows import Report
from tests.bench.targets import read
from tests.bench.turns import Waits, per_fifty, report_all, report_preset
from tests.unit.bench.turning import at, gap, journals, stored, turn

pytestmark = pytest.mark.unit

CLIP = Clip(name="saturday-close", frames=(b"\xff" * 160,), first_speech=0, last_speech=0)
CLOSING = Question(clip=CLIP, answer=(("1 pm", "one o'clock"),))


def held(*turns: tuple[Turn, list[TurnRecord]]) -> Held:
    conversation = Conversation(
        greeting=Greeting(answered=at(-9000), onset=at(-8900), ended=at(-2000)),
        turns=tuple(said for said, _ in turns),
        ended=Ended(reason="hangup", status="completed", error_code=0, at=at(6000)),
    )
    return Held(
        conversation=conversation,
        ear=Ear(),
        stored=[known for _, known in turns],
        journals=journals(),
    )


def lost(said: Turn, *known: TurnRecord) -> list[str]:
    waits = Waits(preset="fast")
    waits.add(held((said, list(known))), [CLOSING])
    return waits.lost


def test_a_right_answer_counts() -> None:
    waits = Waits(preset="fast")

    waits.add(held((turn(underruns=(gap(3.0),)), [stored("caller"), stored()])), [CLOSING])

    assert [path.heard_after_ms for path in waits.paths] == [pytest.approx(645)]
    assert (waits.lost, waits.underruns, waits.requests, waits.turns) == ([], 1, 1, 1)


@pytest.mark.parametrize(
    ("said", "known", "reason"),
    [
        ({}, [stored(text="I don't know that.")], "the answer lacks 1 pm"),
        ({}, [stored("caller")], "nothing was answered"),
        ({}, [stored(speech="filler", text="One moment."), stored()], "a filler came first"),
        ({"early_ms": 60.0}, [stored()], "the caller was cut off"),
        ({"heard": None, "received": None}, [stored()], "nothing was heard"),
    ],
)
def test_a_turn_that_does_not_count_is_lost_with_its_reason(
    said: dict[str, Any], known: list[TurnRecord], reason: str
) -> None:
    assert lost(turn(**said), *known) == [f"saturday-close: {reason}"]


def test_questions_that_the_call_did_not_reach_are_lost() -> None:
    waits = Waits(preset="fast")

    waits.add(held(), [CLOSING, CLOSING])

    assert waits.lost == ["saturday-close: the call had ended"] * 2


def test_the_report_judges_waits_and_tells_what_they_are_made_of() -> None:
    waits = Waits(preset="fast")
    waits.add(held((turn(), [stored()])), [CLOSING])
    report = Report(read().targets)

    report_preset(report, waits)
    report_all(report, [waits])

    rows = {row.name: row for row in report.rows}
    assert rows["heard_after.fast.p50"].value == pytest.approx(645)
    assert rows["stage.fast.silence_wait"].value == pytest.approx(600)
    assert rows["hidden.fast.llm_first_token"].value == pytest.approx(150)
    assert rows["vendor.fast.decode"].value == pytest.approx(110)
    assert rows["own_overhead.p95"].value == pytest.approx(7)
    assert report.missed == []


def test_without_any_turn_everything_is_missed() -> None:
    report = Report(read().targets)

    report_preset(report, Waits(preset="fast"))
    report_all(report, [Waits(preset="fast")])

    judged = {row.name for row in report.rows if row.target is not None}
    assert {row.name for row in report.missed} == judged - {"turns.fast.lost"}


def test_underruns_are_brought_to_fifty_turns() -> None:
    assert per_fifty(3, turns=25) == 6
    assert per_fifty(0, turns=0) is None
