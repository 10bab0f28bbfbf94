"""The summary of a demo call for a person at a terminal."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from infra.local.cli.demo.calendar import Appointment
from infra.local.cli.demo.provenance import REAL, Part, simulated
from infra.local.cli.demo.verification import Check
from infra.local.cli.tables import bill, waterfall

_INDENT = (0, 0, 0, 2)


def show(call: Mapping[str, Any], console: Console, *, appointment: Appointment | None) -> None:
    """Print the waterfall, the bill, the booking, and what was real; `call` is `call --json`'s."""
    turns: list[dict[str, Any]] = call["turns"]
    _part(console, "Waterfall of each answer, ms after the caller’s last sound", waterfall(turns))
    console.print(Padding(Text(_notes(turns), style="dim"), _INDENT))
    _part(console, "Bill", bill(call["cost"] or {}))
    if appointment is not None:
        _part(console, "Booked", Text(_booked(appointment)))
    _part(console, "Real in this run", _parts(REAL))
    _part(console, "Simulated", _parts(simulated()))


def show_checks(checks: Sequence[Check], console: Console) -> None:
    """Print one line when every promise was kept, else those that were not."""
    broken = [check for check in checks if not check.kept]
    if not broken:
        console.print(f"\n[green]✓[/] all {len(checks)} checks of this call passed")
    for check in broken:
        console.print(Text.assemble(("✗ ", "red"), f"{check.promise}: {check.problem}"))


def _part(console: Console, heading: str, body: Table | Text) -> None:
    console.print(f"\n[bold]{heading}[/]")
    console.print(Padding(body, _INDENT))


def _notes(turns: Sequence[Mapping[str, Any]]) -> str:
    heard = [turn["heard_after_ms"] for turn in turns if turn["heard_after_ms"] is not None]
    middle = f"median {median(heard):.0f} ms, longest {max(heard):.0f} ms. " if heard else ""
    return (
        f"{middle}The stages are the critical path and add up to what was heard; what ran inside "
        "the wait cost the caller nothing."
    )


def _booked(appointment: Appointment) -> str:
    at = appointment.starts_at
    return (
        f"{appointment.service}, {at:%A} {at.day} {at:%B %Y}, {at:%H:%M}, for "
        f"{appointment.customer_name}, {appointment.customer_phone} "
        f"(confirmation {appointment.confirmation_code})"
    )


def _parts(parts: Sequence[Part]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for part in parts:
        table.add_row(part.name, part.what)
    return table
