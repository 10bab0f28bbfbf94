"""`make bench-scale`: load, measure, judge. SCALE=0.01 is a hundredth of it."""

import os
import sys
import time
from contextlib import ExitStack

from rich.console import Console
from rich.table import Table

from tests.bench.scale.loading import load
from tests.bench.scale.measuring import TARGET_MS, Measuring, Timed
from tests.bench.scale.server import database

LOADING_MINUTES = 15


def main() -> int:
    """0 when all targets are met."""
    scale = float(os.environ.get("SCALE", "1"))
    console = Console()
    with ExitStack() as stack:
        urls = stack.enter_context(database())
        began, cpu = time.monotonic(), urls.cpu() + time.process_time()
        clients = load(urls.owner, scale=scale, progress=console.log)
        minutes = (time.monotonic() - began) / 60
        cpu = urls.cpu() + time.process_time() - cpu
        measuring = Measuring(urls.app, urls.platform, owner_url=urls.owner)
        timed = measuring.all(clients, lambda each: console.log(_line(each)))
    console.print(_table(timed))
    console.print(f"{minutes:.1f} minutes to generate, {cpu / 60:.1f} of them CPU time of a core")
    slow = [each for each in timed if not each.ok]
    return int(bool(slow) or minutes > LOADING_MINUTES)


def _line(timed: Timed) -> str:
    return f"{timed.question.name}: {timed.p50:.1f} ms, {timed.cpu:.1f} of CPU"


def _table(timed: list[Timed]) -> Table:
    shown = Table(
        "what, as role app", "rows", "p50 ms", "p95 ms", "CPU ms", "bare p95", "target", "scanned"
    )
    for each in timed:
        judged = each.question.judged
        verdict = f"[green]✓[/] ≤ {TARGET_MS:g}" if each.ok else f"[red]✗[/] ≤ {TARGET_MS:g}"
        shown.add_row(
            each.question.name,
            str(each.rows),
            *(f"{value:.1f}" for value in (each.p50, each.p95, each.cpu, each.bare)),
            verdict if judged else "",
            ", ".join(sorted(each.scanned)),
            style="" if judged else "dim",
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
