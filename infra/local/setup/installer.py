"""The installer: uv, fetched once with the pip that is at hand, then run for every environment.

uv fills the demo's environment in a sixth of pip's time. It is taken from the user's own package
index, pinned by hash like everything else, and kept under `.build/`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.local.setup import index
from infra.local.setup.errors import SetupFailed

REQUIREMENTS = "infra/local/setup/requirements.txt"
# Options of the user's pip that have no place in an installation into a folder of ours.
PIP_ENVIRONMENT = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_USER": "0",
}
LAST_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """uv with the user's index settings."""

    command: tuple[str, ...]
    environment: dict[str, str]

    def install(self, requirements: Iterable[Path], *, into: Path, options: Iterable[str]) -> None:
        """Install hash-pinned requirement files, exactly as listed, into an environment."""
        listed = [argument for path in requirements for argument in ("--requirement", str(path))]
        # With hashes it is safe to look in every index for the pinned version, as pip does.
        self._run(
            *("--require-hashes", "--index-strategy", "unsafe-best-match"),
            *("--compile-bytecode", *options, *listed),
            into=into,
        )

    def install_project(self, root: Path, *, into: Path) -> None:
        """Install our own code, editable, with the build backend already in the environment."""
        self._run("--no-build-isolation", "--offline", "--editable", str(root), into=into)

    def _run(self, *arguments: str, into: Path) -> None:
        python = str(into / "bin" / "python")
        run([*self.command, "--python", python, *arguments], environment=self.environment)


def provide(root: Path) -> Installer:
    """Return the installer, fetching uv if this checkout has not yet."""
    requirements = root / REQUIREMENTS
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = root / ".build" / f"uv-{digest[:12]}"
    pip = _pip(root)
    if not folder.exists():
        _fetch(requirements, pip=pip, folder=folder)
    settings = index.pip_settings(pip)
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    environment |= index.uv_environment(settings, os.environ)
    command = [str(folder / "bin" / "uv"), "pip", "install", "--quiet", "--no-deps"]
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        command.append("--no-index")
    return Installer(command=tuple(command), environment=environment)


def run(command: list[str], *, environment: dict[str, str] | None = None) -> None:
    """Run a command to its end.

    Raises:
        SetupFailed: it failed; the message holds its last lines.
    """
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        close_fds=False,  # hands on the set-up lock
    )
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        message = f"{Path(command[0]).name} failed with exit status {done.returncode}:\n{last}"
        raise SetupFailed(message)


def _fetch(requirements: Path, *, pip: list[str], folder: Path) -> None:
    fetched = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fetched, ignore_errors=True)
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    target = ["--target", str(fetched), "--requirement", str(requirements)]
    run([*pip, "install", *options, *target], environment=os.environ | PIP_ENVIRONMENT)
    fetched.rename(folder)


def _pip(root: Path) -> list[str]:
    """Return the command of the interpreter's pip, or of one unpacked by ensurepip."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    folder = root / ".build" / "pip"
    python = str(folder / "bin" / "python")
    if not (folder / "bin" / "pip").exists():
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
    return [python, "-m", "pip"]
