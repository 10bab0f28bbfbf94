"""`aiconnected bench`: speed and memory, each beside its target; exit code 1 when one is missed."""

from typing import Annotated

import typer
from rich.console import Console

from infra.local.cli.throwaway import stopwatch
from infra.local.stack.layout import ROOT

FILE = ROOT / ".local" / "bench.json"


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Ten turns a preset, one run: to see that it works.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Measure this section alone; repeatable.")
    ] = None,
) -> None:
    """Measure what the product promises, with throw-away stacks of its own."""
    # Not at the top: the measurements are no part of what the other commands load.
    from tests.bench import suite, table, targets  # noqa: PLC0415
    from tests.bench.plan import Plan  # noqa: PLC0415
    from tests.bench.rows import Report  # noqa: PLC0415

    console = Console()
    known = targets.read()
    report = Report(known.targets)
    names = _sections(only or [], names=[section.value for section in suite.Section])
    wanted = [suite.Section(name) for name in names]
    say = stopwatch(lambda line: console.print(line, style="dim", highlight=False))
    plan = Plan.of(known, quick=quick)
    suite.Suite(report=report, plan=plan, file=FILE, progress=say).run(wanted)
    say("done")
    console.print(table.promises(report.rows))
    if suite.Section.TURNS in wanted:
        console.print(table.waterfall(report.rows))
    for note in report.notes:
        console.print(note, style="dim", highlight=False)
    model = plan.model
    console.print(
        f"The scripted model: first token after {model.first_token_ms} ms, then"
        f" {model.tokens_per_second:g} tokens/s. {FILE.relative_to(ROOT)}",
        highlight=False,
    )
    if report.missed:
        console.print(f"[red]{len(report.missed)} missed[/]")
        raise typer.Exit(1)


def _sections(only: list[str], *, names: list[str]) -> list[str]:
    """The sections asked for, all when none is named; raises BadParameter."""
    if unknown := [name for name in only if name not in names]:
        known = ", ".join(names)
        raise typer.BadParameter(f"{', '.join(unknown)}: the sections are {known}")
    return only or names
