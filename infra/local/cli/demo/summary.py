"""The summary of a demo call for a person at a terminal."""

import textwrap
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from infra.local.cli.demo.calendar import Appointment
from infra.local.cli.demo.provenance import REAL, Part, simulated
from infra.local.cli.demo.verification import Check
from infra.local.cli.stages import STAGES, present

_SAID = 26  # columns for the caller's words
_MICROS = 1_000_000
_HEADING = "\n[bold]{}[/]"


def show(call: Mapping[str, Any], console: Console, *, appointment: Appointment | None) -> None:
    """Print the waterfall, the bill, the booking, and what was real; `call` is `call --json`'s."""
    turns: list[dict[str, Any]] = call["turns"]
    heading = "Waterfall of each answer, ms after the caller’s last sound"
    console.print(_HEADING.format(heading))
    console.print(waterfall(turns))
    console.print(_notes(turns), style="dim", highlight=False)
    console.print(_HEADING.format("Bill"))
    console.print(bill(call["cost"] or {}))
    if appointment is not None:
        console.print(_HEADING.format("Booked"))
        console.print(f"  {escape(_booked(appointment))}", highlight=False)
    for title, parts in (("Real in this run", REAL), ("Simulated", simulated())):
        console.print(_HEADING.format(title))
        console.print(Padding(_parts(parts), (0, 0, 0, 2)))


def show_checks(checks: Sequence[Check], console: Console) -> None:
    """Print one line when every promise was kept, else those that were not."""
    broken = [check for check in checks if not check.kept]
    if not broken:
        console.print(f"\n[green]✓[/] all {len(checks)} checks of this call passed")
    for check in broken:
        line = f"[red]✗[/] {escape(check.promise)}: {escape(check.problem)}"
        console.print(line, highlight=False)


def waterfall(turns: Sequence[Mapping[str, Any]]) -> Table:
    """Stages of every answer, what was heard after, and what was hidden in the silence wait."""
    stages = present([turn["stages"] for turn in turns])
    table = Table(box=None, padding=(0, 1), header_style="dim", show_edge=False)
    table.add_column("caller", no_wrap=True)
    for stage in stages:
        table.add_column(stage.short, justify="right", no_wrap=True)
    table.add_column("heard", justify="right", style="bold", no_wrap=True)
    table.add_column("hidden", justify="right", style="dim", no_wrap=True)
    for turn in turns:
        said = turn["caller_said"] or turn["utterance"]
        table.add_row(
            escape(textwrap.shorten(said, _SAID, placeholder="…")),
            *(_ms(turn["stages"].get(stage.key)) for stage in stages),
            _ms(turn["heard_after_ms"]),
            _ms(sum(turn["hidden"].values())),
        )
    return table


def bill(cost: Mapping[str, Any]) -> Table:
    """Cost, price and margin by component, and as a whole."""
    table = Table(box=None, padding=(0, 1), header_style="dim", show_edge=False)
    table.add_column("component")
    table.add_column("quantity", justify="right")
    for side in ("cost", "price", "margin"):
        table.add_column(side, justify="right")
    for part in cost.get("components", ()):
        name = str(part["component"]).replace("_", " ")
        quantity = f"{part['quantity']:,.6g} {part['unit']}s"
        table.add_row(name, quantity, *(money(part[side]) for side in ("cost", "price", "margin")))
    total = [money(cost.get(side)) for side in ("cost", "price", "margin")]
    table.add_row("whole call", "", *total, style="bold")
    return table


def money(amount: Mapping[str, Any] | None) -> str:
    """Micro-units as a person reads them, to a hundredth of a cent."""
    if amount is None:
        return "–"
    sign = "-" if amount["micros"] < 0 else ""
    value = f"{abs(amount['micros']) / _MICROS:,.4f}"
    currency: str = amount["currency"]
    return f"{sign}${value}" if currency == "USD" else f"{sign}{value} {currency}"


def _notes(turns: Sequence[Mapping[str, Any]]) -> str:
    heard = [turn["heard_after_ms"] for turn in turns if turn["heard_after_ms"] is not None]
    legend = ", ".join(f"{stage.short}: {stage.meaning}" for stage in STAGES)
    middle = f"median {median(heard):.0f} ms, longest {max(heard):.0f} ms. " if heard else ""
    return (
        f"{middle}Stages are the critical path and add up to what was heard; hidden is work done "
        f"inside the wait, which cost the caller nothing.\n{legend}."
    )


def _booked(appointment: Appointment) -> str:
    return (
        f"{appointment.service}, {appointment.starts_at:%A %d %B %Y, %H:%M}, for "
        f"{appointment.customer_name}, {appointment.customer_phone} "
        f"(confirmation {appointment.confirmation_code})"
    )


def _parts(parts: Sequence[Part]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for part in parts:
        table.add_row(part.name, part.what)
    return table


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
