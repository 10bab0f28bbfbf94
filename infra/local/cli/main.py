"""Composition of the `aiconnected` command: one module a sub-command, nothing else here."""

from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from infra.local.cli import bench, call, ingest, stack, trial
from infra.local.cli.demo import command as demo
from infra.local.cli.errors import CommandError


class Commands(TyperGroup):
    """Says on the standard error what a command could not do, and exits with the error's code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - private to Typer
        try:
            return super().invoke(ctx)
        except CommandError as exc:
            message = f"[red]{escape(str(exc))}[/red]"
            Console(stderr=True).print(message, highlight=False, soft_wrap=True)
            raise typer.Exit(exc.exit_code) from exc


app = typer.Typer(
    name="aiconnected",
    cls=Commands,
    help="Voice by aiConnected on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """Voice by aiConnected on one machine."""


app.command(name="demo")(demo.demo)
app.command(name="up")(stack.up)
app.command(name="down")(stack.down)
app.command(name="clean")(stack.clean)
app.command(name="doctor")(stack.doctor)
app.command(name="call", cls=call.InOrder)(call.call)
app.command(name="ingest")(ingest.ingest)
app.command(name="try")(trial.attempt)
app.command(name="bench")(bench.bench)
