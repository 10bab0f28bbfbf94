"""A child process that logs to its own file and dies with its parent, however that dies."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.stack.layout import ROOT

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None, use_errno=True)
_PARENT = os.getpid()  # of every child that is tethered from here


def tether(number: signal.Signals = signal.SIGKILL) -> None:
    """Run in the child, after any change of user: its parent's end sends it `number`."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != _PARENT:  # it died before the kernel was asked
        os._exit(1)


class Child:
    """One service's process. Start it from the main thread: Linux ties the tether to the thread."""

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path
    ) -> None:
        self.name, self.command, self._env, self.log = name, tuple(command), dict(env), log
        self._process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self.alive() else None

    def start(self) -> None:
        """Start it; what it prints goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self._env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
                preexec_fn=tether,  # noqa: PLW1509 -- calls prctl only; the supervisor forks first
            )
        self.started_at = time.monotonic()

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process and self.alive():
            self._process.terminate()

    def kill(self) -> None:
        """End it at once, with its own children."""
        if self._process and self.alive():
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; False when it still runs."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for the operator."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """Command that runs one of our modules with this interpreter."""
    return (sys.executable, "-m", module, *arguments)
