"""The summary at a terminal: figures that fit, and honest words beside them."""

import io

import pytest
from rich.console import Console

from infra.local.cli.demo import summary
from infra.local.cli.demo.verification import Check
from tests.fixtures.demo import DemoCall

pytestmark = pytest.mark.unit


def printed(demo: DemoCall, *, width: int = 80) -> str:
    out = io.StringIO()
    summary.show(demo.call, Console(file=out, width=width), appointment=demo.appointment)
    return out.getvalue()


def test_the_waterfall_fits_eighty_columns_with_every_figure_whole(demo_call: DemoCall) -> None:
    lines = printed(demo_call).splitlines()

    heading = next(line for line in lines if "silence" not in line and "wait STT" in line)
    assert heading.split() == (
        ["caller", "wait", "STT", "search", "LLM", "clause", "TTS", "own", "line", "onset", "heard"]
    )
    rows = [line for line in lines if line.startswith("  Yes, please.")]
    assert len(rows) == 1
    assert rows[0].split()[-1] == f"{demo_call.call['turns'][8]['heard_after_ms']:.0f}"


def test_what_ran_inside_the_wait_stands_below_each_answer(demo_call: DemoCall) -> None:
    lines = printed(demo_call).splitlines()

    at = next(i for i, line in enumerate(lines) if line.startswith("  My name is Emily"))
    hidden = demo_call.call["turns"][6]["hidden"]
    assert lines[at + 1].split()[:3] == ["inside", "the", "wait"]
    assert str(round(hidden["retrieval"])) in lines[at + 1].split()


def test_bill_booking_and_provenance_are_told(demo_call: DemoCall) -> None:
    out = " ".join(printed(demo_call).split())

    assert "Whole call $0.0746" in out
    assert "Emily Carter" in out
    assert "confirmation PPTX7M" in out
    assert "Real in this run" in out
    assert "scripted receptionist" in out


def test_a_caller_cannot_format_the_terminal(demo_call: DemoCall) -> None:
    demo_call.call["turns"][0]["caller_said"] = "[bold]hi[/bold]"

    assert "[bold]hi[/bold]" in printed(demo_call)


def test_checks_are_one_line_when_kept_and_named_when_not() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80)
    kept, broken = Check(promise="a", problem=""), Check(promise="the booking", problem="none")

    summary.show_checks([kept, kept], console)
    summary.show_checks([kept, broken], console)

    assert out.getvalue().split("\n")[1:3] == [
        "✓ all 2 checks of this call passed",
        "✗ the booking: none",
    ]
