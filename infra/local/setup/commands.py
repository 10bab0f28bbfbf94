"""What the set-up's command line does: bring environments up to date, or clean up."""

import argparse
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from infra.local.setup import installer, preflight
from infra.local.setup.environments import SETS, Environment, fingerprints
from infra.local.setup.errors import SetupFailed
from infra.local.setup.installer import Installer
from infra.local.setup.progress import Progress
from infra.local.setup.stamp import Stamp
from infra.local.stack.layout import ROOT, outside_home


def run(arguments: list[str]) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="setup", description=__doc__)
    parser.add_argument("what", choices=[*SETS, "clean"])
    what = parser.parse_args(arguments).what
    if what == "clean":
        return clean(ROOT, outside=outside_home())
    try:
        set_up(SETS[what], root=ROOT)
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def set_up(
    environments: tuple[Environment, ...],
    *,
    root: Path,
    provide: Callable[[Path], Installer] = installer.provide,
    missing: Callable[[Path], list[str]] = preflight.missing,
) -> None:
    """Bring environments up to date; return at once, offline, when they are.

    Raises:
        SetupFailed: the machine lacks something, or an installation failed.
    """
    if not any(stale(environment, root) for environment in environments):
        return
    progress = Progress()
    gaps = missing(root)
    if gaps:
        raise SetupFailed("\n".join(f"missing: {gap}" for gap in gaps))
    with _only_one(root):
        wanted = [environment for environment in environments if stale(environment, root)]
        progress.say(f"preparing {', '.join(environment.folder for environment in wanted)}")
        tool = provide(root)
        progress.say("installer ready")
        with ThreadPoolExecutor() as pool:
            jobs = {pool.submit(_build, e, tool=tool, root=root): e.folder for e in wanted}
            for job in as_completed(jobs):
                job.result()
                progress.say(f"{jobs[job]} ready")


def stale(environment: Environment, root: Path) -> bool:
    """Whether the environment lacks something of what the checkout now asks for."""
    folder = root / environment.folder
    if not (folder / "bin" / "python").exists():
        return True
    held = Stamp(folder).read() or {}
    return not fingerprints(environment, root).items() <= held.items()


def clean(root: Path, *, outside: Path) -> int:
    """Remove what the local stack left, also when its own command is not there to do it.

    `outside` is the folder of the stack's data beyond the checkout.
    """
    with contextlib.suppress(OSError):  # no environment, or one of a checkout that has moved
        command = [str(root / ".venv" / "bin" / "aiconnected"), "clean"]
        return subprocess.run(command, cwd=root, check=False).returncode
    for folder in (root / ".local", outside):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _build(environment: Environment, *, tool: Installer, root: Path) -> None:
    folder = root / environment.folder
    stamp = Stamp(folder)
    wanted = fingerprints(environment, root)
    held = stamp.read()
    if held is not None and held.get("checkout") != wanted["checkout"]:
        shutil.rmtree(folder)  # half an installation, or that of another folder
        held = None
    if not (folder / "bin" / "python").exists():
        installer.run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    stamp.begin()
    options = ["--no-build"]
    if environment.build_requirements:
        tool.install([root / environment.build_requirements], into=folder, options=options)
        options = ["--no-build-isolation"]
    tool.install([root / name for name in environment.requirements], into=folder, options=options)
    if environment.project:
        tool.install_project(root, into=folder)
    stamp.finish({**(held or {}), **wanted})


@contextlib.contextmanager
def _only_one(root: Path) -> Generator[None]:
    """Hold the checkout's set-up lock: a second set-up waits, then finds the work done."""
    folder = root / ".build"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # An installer that outlives a killed set-up keeps the lock until it is done.
        os.set_inheritable(file.fileno(), True)
        yield
