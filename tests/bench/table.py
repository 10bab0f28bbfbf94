"""The report for a person at a terminal: each promise beside what was measured."""

from collections.abc import Sequence

from rich.table import Table

from tests.bench.rows import Row

_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}


def table(rows: Sequence[Row]) -> Table:
    """One line a row; what informs only is dim."""
    shown = Table("what", "measured", "target", "", "samples", title="make bench")
    for column in (1, 2, 4):
        shown.columns[column].justify = "right"
    for row in rows:
        shown.add_row(
            row.title,
            f"{_number(row.value)} {row.unit}",
            "" if row.target is None else f"≤ {row.target:g}",
            _MARKS[row.ok],
            str(row.samples),
            style="dim" if row.target is None else "",
        )
    return shown


def _number(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # three figures mean something
