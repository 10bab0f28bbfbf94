"""The commands `up`, `down`, `clean` and `doctor`: the stack as its operator sees it."""

import contextlib
import json
import os
import shutil
import signal
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from infra.local.cli.errors import CommandError, StackFailed
from infra.local.setup import preflight
from infra.local.stack import supervisor
from infra.local.stack.layout import ROOT, Layout, outside_home
from infra.local.stack.network import answers
from infra.local.stack.supervisor import StackError, State, Supervisor

_COLOURS = {State.READY.value: "green", State.STARTING.value: "yellow", State.DOWN.value: "red"}
_DOWN_SECONDS = 40.0


def up(
    instant: Annotated[
        bool, typer.Option(help="Vendors without models: for load, not for conversation.")
    ] = False,
) -> None:
    """Start the stack in the foreground; Ctrl-C ends it. Data is kept between runs."""
    console = Console()
    stack = Supervisor(Layout(), instant=instant)
    started = time.monotonic()

    def progress(done: str) -> None:
        console.print(f"  {time.monotonic() - started:5.1f} s  {done}")

    try:
        stack.up(progress)
    except StackError as exc:
        raise StackFailed(str(exc)) from exc
    try:
        _print_logins(console, stack.layout)
        with Live(_table(stack), console=console, auto_refresh=False) as live:
            stack.watch(lambda: live.update(_table(stack), refresh=True))
    finally:
        console.print("going down")
        stack.down()


def _table(stack: Supervisor) -> Table:
    table = Table("service", "state", "port", "process", "deaths", "log")
    for name, status in stack.status().items():
        state = str(status["state"])
        table.add_row(
            name,
            f"[{_COLOURS[state]}]{state}[/]",
            str(status["port"] or ""),
            str(status["pid"] or ""),
            str(status["deaths"] or ""),
            str((stack.layout.logs / f"{name}.log").relative_to(ROOT)),
        )
    return table


def _print_logins(console: Console, layout: Layout) -> None:
    described = json.loads(layout.description.read_text())
    table = Table("login", "password", "role", "client")
    for user in described["users"]:
        client = user["tenant"] or user["agency"] or "platform"
        table.add_row(user["email"], user["password"], user["role"], client)
    console.print(table)
    numbers = ", ".join(f"{n['number']} ({n['tenant']})" for n in described["numbers"])
    console.print(f"API  {described['api_url']}/docs\nnumbers  {numbers}")
    console.print(f"mailbox  {described['aws_endpoint_url']}/_aws/ses")
    console.print(f'call  aiconnected call --to {described["numbers"][0]["number"]} --say "…"')


def down() -> None:
    """End the running stack."""
    layout = Layout()
    pid = supervisor.running(layout)
    if pid is None:
        Console().print("no stack is running")
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + _DOWN_SECONDS
    while supervisor.running(layout) == pid:
        if time.monotonic() > end:
            raise CommandError(f"process {pid} does not end; its log is {layout.logs}")
        time.sleep(0.1)


def clean() -> None:
    """End the stack and delete its data, logs and models."""
    down()
    for folder in (ROOT / ".local", outside_home()):
        shutil.rmtree(folder, ignore_errors=True)


def doctor() -> None:
    """Say what is wrong with this machine or the running stack; exit code 1 if anything is."""
    console = Console()
    problems = list(_problems(console))
    for problem in problems:
        console.print(f"[red]✗[/] {problem}")
    if problems:
        raise typer.Exit(1)
    console.print("[green]✓[/] nothing is wrong")


def _problems(console: Console) -> list[str]:
    problems = [f"missing: {gap}" for gap in preflight.missing(ROOT)]
    layout = Layout()
    if supervisor.running(layout) is None:
        if layout.description.exists():
            problems.append("a stack died here: `make up` repairs it")
        console.print("no stack is running")
        return problems
    with contextlib.suppress(OSError, ValueError):
        described = json.loads(layout.description.read_text())
        origins = {"api": described["api_url"], "realtime": described["realtime_url"]}
        origins |= {name: vendor["control_url"] for name, vendor in described["vendors"].items()}
        health = {name: origin + "/health" for name, origin in origins.items()}
        health["api"] = described["api_url"] + "/health/ready"  # with its database
        health["localstack"] = described["aws_endpoint_url"] + "/_localstack/health"
        problems += [
            f"{name} does not answer at {address}; see {layout.logs / f'{name}.log'}"
            for name, address in health.items()
            if not answers(address)
        ]
    return problems
