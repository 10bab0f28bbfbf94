"""Tables of a call that fit a terminal of eighty columns: the waterfall and the bill."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from infra.local.cli.amounts import component, money, quantity
from infra.local.cli.stages import Stage, present

_SAID = 20  # columns for the caller's words
_SIDES = ("cost", "price", "margin")


def waterfall(turns: Sequence[Mapping[str, Any]]) -> Table:
    """Stages of every answer and what was heard; below each what ran inside the silence wait."""
    stages = present([turn["stages"] for turn in turns])
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("caller", no_wrap=True)
    for stage in stages:
        table.add_column(stage.short, justify="right", no_wrap=True)
    table.add_column("heard", justify="right", style="bold", no_wrap=True)
    for turn in turns:
        said = textwrap.shorten(turn["caller_said"] or turn["utterance"], _SAID, placeholder="…")
        heard = _ms(turn["heard_after_ms"])
        table.add_row(Text(said), *_cells(turn["stages"], stages), heard)
        table.add_row("  inside the wait", *_cells(turn["hidden"], stages), "", style="dim")
    return table


def bill(cost: Mapping[str, Any]) -> Table:
    """Cost, price and margin by component, and as a whole."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("component")
    for name in ("quantity", *_SIDES):
        table.add_column(name, justify="right")
    for part in cost.get("components", ()):
        table.add_row(component(part), quantity(part), *(money(part[side]) for side in _SIDES))
    total = [money(cost.get(side)) for side in _SIDES]
    table.add_row("Whole call", "", *total, style="bold")
    return table


def _cells(parts: Mapping[str, float], stages: Sequence[Stage]) -> list[str]:
    """Rounded milliseconds; what is missing or took nothing is a dot."""
    rounded = [round(parts.get(stage.key, 0.0)) for stage in stages]
    return [str(ms) if ms else "·" for ms in rounded]


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
