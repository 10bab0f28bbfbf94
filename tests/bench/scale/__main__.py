"""`make bench-scale`: load, measure, judge. SCALE=0.01 is what CI does."""

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
        began = time.monotonic()
        clients = load(urls.owner, scale=scale, progress=console.log)
        minutes = (time.monotonic() - began) / 60
        measuring = Measuring(urls.app, urls.platform, owner_url=urls.owner)
        timed, scans = measuring.all(clients, lambda each: console.log(each.name))
    console.print(_table(timed))
    console.print(f"{minutes:.1f} minutes to generate; {scans} sequential scans of tenant tables")
    # A small table is read whole for good reason: at 1 % the planner knows better than we do.
    scanned = scans > 0 and scale >= 1
    slow = [each.name for each in timed if not each.ok]
    return int(bool(slow) or scanned or minutes > LOADING_MINUTES)


def _table(timed: list[Timed]) -> Table:
    shown = Table("what, as role app", "rows", "p50 ms", "p95 ms", "target", "")
    for each in timed:
        shown.add_row(
            each.name,
            str(each.rows),
            f"{each.p50:.1f}",
            f"{each.p95:.1f}",
            f"≤ {TARGET_MS:g}" if each.target else "",
            ("[green]✓[/]" if each.ok else "[red]✗[/]") if each.target else "",
            style="" if each.target else "dim",
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
