"""Preparing the voice: processes that start together must not disturb each other."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[4]
SPEAK_ONCE = """
import sys
from pathlib import Path
from infra.local.vendors.engines.piper import Piper
print(sum(len(chunk) for chunk in Piper(Path(sys.argv[1])).stream("Hello.")))
"""


def test_two_processes_may_prepare_the_voice_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPEAK_ONCE, str(tmp_path)]

    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    spoken = [int(process.communicate()[0]) for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    assert all(samples > 5000 for samples in spoken)
    assert len(list(tmp_path.iterdir())) == 1  # one prepared voice, no drafts left
