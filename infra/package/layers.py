"""The two Lambda layers: the shared package, and the third-party packages beneath it."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra.local.setup import installer
from infra.local.stack.layout import ROOT

PYTHON = "3.11"
# python3.11 runs on Amazon Linux 2, whose glibc is 2.26.
GLIBC = (2, 26)
# The nearest that uv knows: it takes the newest wheel it can, and of those too new for Lambda the
# oldest.
_NEWEST, _OLDEST = "x86_64-manylinux_2_28", "x86_64-manylinux_2_17"
_REQUIREMENTS = ROOT / "layers/vendor/requirements.txt"
_PIN = re.compile(r"^([a-z0-9._-]+)==(?:.*\\\n)*.*\n", re.MULTILINE)
_TAG = re.compile(r"manylinux_(\d+)_(\d+)_x86_64")
_SPARE = (
    "*.pyc",
    "bin",
    "*.dist-info/RECORD",  # of files as they were before they were compiled and thinned out
    *(f"phonenumbers/{data}" for data in ("carrierdata", "geodata")),  # we parse, and ask for zones
)


class UnfitWheel(Exception):
    """A package needs a newer C library than Lambda has."""


def core(folder: Path) -> None:
    """The shared package, as it lies in the repository."""
    shutil.copytree(
        ROOT / "layers/core/python",
        folder / "python",
        ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.mako"),
    )


def vendor(folder: Path) -> None:
    """The packages of layers/vendor/requirements.txt for Lambda's platform, checked by hash.

    Raises `UnfitWheel`, or SetupFailed when the package index (or uv's cache) does not have them.
    """
    target = folder / "python"
    _install(_REQUIREMENTS, target, platform=_NEWEST)
    if too_new := set(_unfit(target)):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
            pins.writelines(pin[0] for pin in _pins() if pin[1].replace("-", "_") in too_new)
            pins.flush()
            _install(Path(pins.name), target, platform=_OLDEST)
    if unfit := sorted(_unfit(target)):
        raise UnfitWheel(", ".join(unfit))
    for pattern in _SPARE:
        for path in sorted(target.rglob(pattern), reverse=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _install(requirements: Path, target: Path, *, platform: str) -> None:
    tool = installer.provide(ROOT)
    installer.run(
        [
            *tool.command,
            *("--require-hashes", "--index-strategy", "unsafe-best-match", "--reinstall"),
            *("--only-binary", ":all:", "--link-mode", "copy", "--no-compile-bytecode"),
            *("--python-version", PYTHON, "--python-platform", platform),
            *("--target", str(target)),
            *("--requirement", str(requirements)),
        ],
        environment=tool.environment,
    )


def _pins() -> Iterator[re.Match[str]]:
    """The requirements one by one, each with its hashes."""
    return _PIN.finditer(_REQUIREMENTS.read_text(encoding="utf-8"))


def _unfit(target: Path) -> Iterator[str]:
    """Packages with compiled code, none of whose tags the C library satisfies."""
    for wheel in target.glob("*.dist-info/WHEEL"):
        versions = [(int(a), int(b)) for a, b in _TAG.findall(wheel.read_text())]
        if versions and min(versions) > GLIBC:
            yield wheel.parent.name.partition("-")[0]
