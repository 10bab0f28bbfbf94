"""The report for a person at a terminal: promises beside what was measured, and the waterfall."""

from collections.abc import Sequence

from rich.table import Table

from infra.local.cli.stages import STAGES
from tests.bench.rows import Row
from tests.bench.turns import PRESETS

_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}
_IN_WATERFALL = ("stage.", "hidden.", "vendor.")


def promises(rows: Sequence[Row]) -> Table:
    """One line a row but those of the waterfall; what informs only is dim."""
    shown = Table("what", "measured", "target", "", "samples")
    for column in (1, 2, 4):
        shown.columns[column].justify = "right"
    for row in rows:
        if row.name.startswith(_IN_WATERFALL):
            continue
        shown.add_row(
            row.title,
            f"{_number(row.value)} {row.unit}",
            "" if row.target is None else f"≤ {row.target:g}",
            _MARKS[row.ok],
            str(row.samples),
            style="dim" if row.target is None else "",
        )
    return shown


def waterfall(rows: Sequence[Row]) -> Table:
    """Medians of each stage: what the caller waits for, and what the silence hides."""
    known = {row.name: row.value for row in rows}
    shown = Table("medians in ms", title="where the time goes")
    for preset in PRESETS:
        shown.add_column(preset, justify="right")
        shown.add_column("hidden", justify="right", style="dim")
    for stage in STAGES:
        cells = [
            known.get(f"{kind}.{preset}.{stage.key}")
            for preset in PRESETS
            for kind in ("stage", "hidden")
        ]
        shown.add_row(stage.name, *("" if cell is None else f"{cell:.0f}" for cell in cells))
    return shown


def _number(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # three figures mean something
