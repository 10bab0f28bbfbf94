"""Rows beside their targets: what is met, what is missed, and the file they leave."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from infra.local.cli.stages import STAGES
from infra.local.stack.layout import ROOT
from tests.bench.rows import Report
from tests.bench.table import promises, waterfall
from tests.bench.targets import Target, read

pytestmark = pytest.mark.unit

SCHEMA = json.loads((ROOT / "infra/local/schemas/bench.json").read_text(encoding="utf-8"))
QUICK = Target(unit="ms", at_most=80, title="how quick it is")


def report() -> Report:
    return Report({"quick": QUICK})


@pytest.mark.parametrize(("value", "ok"), [(79.9, True), (80.0, True), (80.1, False)])
def test_a_value_meets_its_target_when_it_is_not_above(value: float, ok: bool) -> None:
    judged = report()

    judged.judge("quick", value, samples=3)

    assert [row.ok for row in judged.rows] == [ok]
    assert bool(judged.missed) is not ok


def test_what_could_not_be_measured_is_missed() -> None:
    judged = report()

    judged.judge("quick", None, samples=0)

    assert [row.name for row in judged.missed] == ["quick"]


def test_a_target_that_nothing_was_measured_for_is_missed() -> None:
    judged = Report({"quick": QUICK, "small": QUICK})
    judged.judge("quick", 1.0, samples=1)

    judged.miss_what_was_not_measured()

    assert [row.name for row in judged.missed] == ["small"]


def test_a_row_without_a_target_informs_and_cannot_miss() -> None:
    told = report()

    told.tell("slow", 1e9, unit="ms", title="how slow it is")
    told.tell("unknown", None, unit="ms", title="what nobody knows")

    assert [row.ok for row in told.rows] == [None, None]
    assert told.missed == []


def test_a_value_that_nothing_is_promised_about_is_not_judged() -> None:
    with pytest.raises(KeyError):
        report().judge("slow", 1.0, samples=1)


def test_the_file_is_what_its_schema_says(tmp_path: Path) -> None:
    known = read().targets
    full = Report(known)
    for name in known:
        full.judge(name, 1.23456, samples=2)
    full.judge(next(iter(known)), None, samples=0)
    full.tell("stage.fast.silence_wait", 3.0, unit="ms", title="silence")

    full.write(tmp_path / "deep" / "bench.json")

    written = json.loads((tmp_path / "deep" / "bench.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(written)
    assert written[0] | {"target": 0} == {
        "name": next(iter(known)),
        "value": 1.235,
        "unit": "ms",
        "target": 0,
        "ok": True,
        "samples": 2,
    }


def test_the_table_has_a_line_for_every_row_but_the_waterfalls() -> None:
    shown = report()
    shown.judge("quick", None, samples=0)
    shown.tell("slow", 123.4, unit="ms", title="how slow it is")
    shown.tell("stage.fast.stt", 3.0, unit="ms", title="stage.fast.stt")

    assert promises(shown.rows).row_count == 2


def test_the_waterfall_shows_stages_beside_what_the_silence_hides() -> None:
    shown = report()
    shown.tell("stage.fast.stt", 0.0, unit="ms", title="stage.fast.stt")
    shown.tell("hidden.fast.stt", 210.4, unit="ms", title="hidden.fast.stt")

    table = waterfall(shown.rows)

    assert table.row_count == len(STAGES)
    assert [list(column.cells)[1] for column in table.columns[:3]] == ["Recognition", "0", "210"]
