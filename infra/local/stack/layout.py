"""Where a stack of this checkout keeps its files."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def outside_home() -> Path:
    """Folder for what the database's own user must reach when we are root: homes may be 0700."""
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"aiconnected-{digest}"  # noqa: S108 -- made 0711 and ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Folders of one stack: the usual one under `.local`, or a throw-away one beside it."""

    name: str = "main"

    @property
    def lasting(self) -> bool:
        """Whether its data outlive it."""
        return self.name == "main"

    @property
    def home(self) -> Path:
        """All that belongs to this stack, but for a root's database."""
        return ROOT / ".local" if self.name == "main" else ROOT / ".local" / self.name / "stack"

    @property
    def description(self) -> Path:
        """What a client needs to know of the running stack."""
        return self.home / "stack.json"

    @property
    def pid_file(self) -> Path:
        """The supervisor's process id, and its children's."""
        return self.home / "stack.pid"

    @property
    def logs(self) -> Path:
        """One file a service."""
        return self.home / "log"

    @property
    def data(self) -> Path:
        """What is kept between runs."""
        return self.home / "data"

    @property
    def database(self) -> Path:
        """PostgreSQL's files: outside the home when we are root."""
        return (outside_home() if os.geteuid() == 0 else ROOT / ".local") / f"postgres-{self.name}"

    @property
    def models(self) -> Path:
        """Graphs built once from the model weights, shared by all stacks of the checkout."""
        return ROOT / ".local" / "models"

    @property
    def lines(self) -> Path:
        """What agents say by heart, spoken once for all stacks of the checkout."""
        return ROOT / ".local" / "lines"
