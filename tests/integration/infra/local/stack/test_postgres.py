"""The stack's PostgreSQL: starts, keeps its data through a crash, lets nobody in unasked."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.local.stack.layout import ROOT, outside_home
from infra.local.stack.postgres import (
    Postgres,
    PostgresFailed,
    PostgresInUse,
    _refuse_strangers,
    sweep,
)

pytestmark = pytest.mark.integration

PARENT = outside_home() if os.geteuid() == 0 else ROOT / ".local"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that holds nothing yet."""
    sweep(PARENT, "postgres-trial-*")
    yield PARENT / f"postgres-trial-{os.getpid()}"
    sweep(PARENT, "postgres-trial-*")


@pytest.fixture(scope="module")
def initialised() -> Iterator[Path]:
    """A folder that the tests of this module use one after the other."""
    sweep(PARENT, "postgres-module-*")
    yield PARENT / f"postgres-module-{os.getpid()}"
    sweep(PARENT, "postgres-module-*")


@pytest.fixture
def server(initialised: Path) -> Iterator[Postgres]:
    postgres = Postgres(initialised, password="secret")
    postgres.start()
    yield postgres
    postgres.stop()


def test_it_listens_on_loopback_with_a_password_alone(server: Postgres) -> None:
    with psycopg.connect(server.dsn()) as connection:
        (addresses,) = connection.execute("SHOW listen_addresses").fetchone() or ("",)
        (sockets,) = connection.execute("SHOW unix_socket_directories").fetchone() or ("",)

    assert (addresses, sockets) == ("127.0.0.1", "")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn().replace("secret", "wrong"))


def test_committed_rows_outlive_a_crash(server: Postgres) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 300) AS n")

    server.kill()
    assert server.pid is None
    server.start()

    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (300,)


def test_stopping_waits_for_no_client_and_twice_is_once(server: Postgres) -> None:
    with psycopg.connect(server.dsn()) as connection:
        server.stop()
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert not server.ready()


def test_two_supervisors_never_share_their_files(server: Postgres) -> None:
    with pytest.raises(PostgresInUse):
        Postgres(server.home, password="secret").start()


def test_files_in_use_are_not_swept(server: Postgres) -> None:
    sweep(PARENT, server.home.name)

    assert server.ready()
    assert (server.data / "PG_VERSION").exists()


def test_a_start_that_cannot_succeed_tells_why(initialised: Path) -> None:
    wrong = {"shared_buffers": "nonsense"}
    postgres = Postgres(initialised, password="secret", settings=wrong)

    with pytest.raises(PostgresFailed, match="shared_buffers"):
        postgres.start(seconds=1)


def test_an_interrupted_initialisation_is_begun_anew(home: Path) -> None:
    (home / "data.part" / "base").mkdir(parents=True)
    postgres = Postgres(home, password="secret")

    postgres.initialise()
    postgres.stop()

    assert (postgres.data / "PG_VERSION").exists()
    assert not (home / "data.part").exists()
    assert not list(home.glob("password-*"))


def test_a_folder_of_another_account_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)

    with pytest.raises(PostgresFailed, match="another account"):
        _refuse_strangers(link)


_SUPERVISOR = """
import sys, time
from pathlib import Path
from infra.local.stack.postgres import Postgres
postgres = Postgres(Path(sys.argv[1]), password="secret", port=int(sys.argv[2]))
postgres.start()
print(postgres.pid, flush=True)
time.sleep(600)
"""


def test_it_dies_with_its_supervisor_and_starts_again_at_once(initialised: Path) -> None:
    postgres = Postgres(initialised, password="secret")
    command = [sys.executable, "-c", _SUPERVISOR, str(initialised), str(postgres.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        supervisor.send_signal(signal.SIGKILL)
        supervisor.wait()

    postgres.start()

    assert gone(pid)
    with psycopg.connect(postgres.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    postgres.stop()


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds; its parent may be slow to bury it."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        status = Path(f"/proc/{pid}/status")
        try:
            if "State:\tZ" in status.read_text():
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False
