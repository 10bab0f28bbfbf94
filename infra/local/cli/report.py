"""The result of a call for a person at a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from infra.local.cli.amounts import money
from infra.local.cli.tables import waterfall


def show(result: dict[str, Any], console: Console) -> None:
    """Print what was said, what it took and what it cost; `result` is `outcome.as_json`."""
    _head(result, console)
    for number, turn in enumerate(result["turns"], start=1):
        _dialogue(turn, console, number=number)
    if result["turns"]:
        console.print(waterfall(result["turns"]))
    _foot(result, console)


def _head(result: dict[str, Any], console: Console) -> None:
    seconds = result["duration_ms"] / 1000
    console.print(
        f"[bold]{result['outcome']}[/bold] after {seconds:.1f} s ({result['end_reason']})"
    )
    greeting = result["greeting"]
    console.print(
        f"[green]agent [/green] {escape(greeting['text'] or '(no greeting in the record)')}"
        f" [dim]{_ms(greeting['first_audio_ms'])} after the answer[/dim]"
    )


def _dialogue(turn: dict[str, Any], console: Console, *, number: int) -> None:
    console.print(f"[cyan]caller[/cyan] {escape(turn['caller_said'] or turn['utterance'])}")
    for filler in turn["fillers"]:
        console.print(
            f"[green]agent [/green] [dim]{escape(filler['text'])}"
            f" {_ms(filler['heard_after_ms'])}[/dim]"
        )
    notes = [_ms(turn["heard_after_ms"])]
    notes += ["cut off"] if turn["cut_off"] else []
    notes += ["interrupted"] if turn["interrupted"] else []
    said = turn["agent_said"] or ("(nothing)" if turn["heard_after_ms"] is None else "(speech)")
    console.print(
        f"[green]agent [/green] {escape(said)} [dim]{', '.join(notes)}, turn {number}[/dim]"
    )


def _foot(result: dict[str, Any], console: Console) -> None:
    stall = result["stall_ms"]
    console.print(
        f"{result['underruns']} underruns; this machine stalled {stall['p95']:g} ms (p95),"
        f" {stall['max']:g} ms at most"
    )
    amounts: dict[str, Any] = result["cost"] or {}
    for side in ("cost", "price", "margin"):
        if amounts.get(side) is not None:
            console.print(f"{side}: {money(amounts[side])}", highlight=False)
    if result["recording"]:
        console.print(f"recording: {result['recording']}", soft_wrap=True)


def _ms(value: float | None) -> str:
    return "not heard" if value is None else f"{value:.0f} ms"
