"""A throw-away stack: started beside any other, used, and always taken down."""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra.local.cli import stack_file
from infra.local.cli.errors import CommandError, StackFailed
from infra.local.cli.stack_file import Stack
from infra.local.stack.layout import Layout
from infra.local.stack.supervisor import StackError, Supervisor, running

Progress = Callable[[str], None]
_TERMINATED = 128 + signal.SIGTERM


@contextmanager
def throw_away(
    name: str,
    progress: Progress,
    *,
    instant: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Generator[Stack]:
    """A fresh stack called `name`. Its data go with it; its logs stay until the next one.

    `instant` and `settings` are the supervisor's.

    A CommandError raised inside leaves with the log of the service that failed. Raises StackFailed.
    """
    layout = Layout(name=name)
    if pid := running(layout):
        raise StackFailed(f"another {name} is running (process {pid})")
    _remove(layout.home, layout.database)
    supervisor = Supervisor(layout, default_ports=False, instant=instant, settings=settings)
    signal.signal(signal.SIGTERM, _leave)
    try:
        supervisor.up(progress)
    except StackError as exc:
        raise StackFailed(str(exc)) from exc
    try:
        yield stack_file.read(layout.description)
    except CommandError as exc:
        raise type(exc)(f"{exc}\n\n{supervisor.diagnosis()}") from exc
    finally:
        supervisor.down()
        _remove(layout.data, layout.database)


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def stopwatch(say: Callable[[str], None]) -> Progress:
    """Say each step with the seconds since now."""
    began = time.monotonic()
    return lambda step: say(f"{time.monotonic() - began:5.1f} s  {step}")


def _leave(_: int, __: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that the stack is taken down."""
    sys.exit(_TERMINATED)
