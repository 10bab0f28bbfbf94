"""Processes and cores: what a process consumes, and the realtime process on a core of its own."""

import contextlib
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

MB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """What a process has consumed so far."""

    cpu: float  # seconds, of all threads
    rss: int  # bytes


def consumption(pid: int) -> Consumption:
    """Of a running process; raises psutil.NoSuchProcess."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    return Consumption(cpu=times.user + times.system, rss=process.memory_info().rss)


@contextmanager
def alone(pid: int) -> Generator[int | None]:
    """Give a process the first core, this process and its other children the rest.

    Yields that core; None where there is but one. Afterwards this process has all cores again.
    """
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        yield None
        return
    me = psutil.Process()
    others = [process.pid for process in (me, *me.children(recursive=True)) if process.pid != pid]
    try:
        for other in others:
            _pin(other, cores[1:])
        _pin(pid, cores[:1])
        yield cores[0]
    finally:
        _pin(me.pid, cores)


def _pin(pid: int, cores: Iterable[int]) -> None:
    """All threads of a process; those they start later inherit it."""
    with contextlib.suppress(FileNotFoundError):  # the process has ended
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # the thread has
                os.sched_setaffinity(int(thread.name), cores)
