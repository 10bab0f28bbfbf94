"""A process on a core of its own."""

import os
import subprocess
import sys

import pytest

from tests.bench import cores

pytestmark = pytest.mark.integration


def test_a_process_has_a_core_that_nobody_else_has() -> None:
    mine = os.sched_getaffinity(0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with cores.alone(process.pid) as core:
            if core is None:
                assert len(mine) == 1
            else:
                assert os.sched_getaffinity(process.pid) == {core}
                assert os.sched_getaffinity(0) == mine - {core}
        process.communicate(b"\n")

    assert os.sched_getaffinity(0) == mine


def test_consumption_grows_with_work() -> None:
    before = cores.consumption(os.getpid())
    sum(range(3_000_000))

    assert cores.consumption(os.getpid()).cpu > before.cpu
    assert before.rss > cores.MB
