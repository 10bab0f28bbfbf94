"""The life of a server process: it tells its port, ends cleanly, and never outlives its parent."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[4]
SERVER = [sys.executable, "-m", "infra.local.vendors.deepgram", "--port", "0", "--instant"]
PARENT = """
import subprocess, sys
server = subprocess.Popen(sys.argv[1:], stderr=subprocess.PIPE)
server.stderr.readline()  # it listens, so it has asked the kernel
print(server.pid, flush=True)
server.wait()
"""


def test_a_start_line_tells_the_port_and_sigterm_ends_cleanly() -> None:
    with subprocess.Popen(SERVER, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = json.loads(server.stderr.readline())
        server.send_signal(signal.SIGTERM)

        assert server.wait(timeout=20) == 0
        assert server.stderr.read() == ""
    assert (line["event"], line["server"], line["host"]) == ("listening", "deepgram", "127.0.0.1")
    assert line["port"] > 0


def test_a_server_dies_with_a_killed_parent() -> None:
    environment = os.environ | {"AICONNECTED_DIE_WITH_PARENT": "1"}
    command = [sys.executable, "-c", PARENT, *SERVER]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

        deadline = time.monotonic() + 10
        with suppress(psutil.NoSuchProcess):
            while server.status() != psutil.STATUS_ZOMBIE:
                assert time.monotonic() < deadline
                time.sleep(0.02)
