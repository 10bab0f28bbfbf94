"""Committed files that are written by a program: they must be what their program writes today."""

import subprocess
import sys
import tomllib
from pathlib import Path

from infra.local.stack.layout import ROOT


def generators(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the committed files that are generated, each with its writer's Python arguments."""
    with (root / "pyproject.toml").open("rb") as file:
        declared: dict[str, list[str]] = tomllib.load(file)["tool"]["aiconnected"]["generated"]
    return declared


def changed(root: Path = ROOT) -> list[str]:
    """Run every generator in place; return the files whose content it changed."""
    found: list[str] = []
    for path, arguments in generators(root).items():
        before = (root / path).read_bytes()
        subprocess.run([sys.executable, *arguments], cwd=root, check=True)
        if (root / path).read_bytes() != before:
            found.append(path)
    return found


def main() -> int:
    """Print the files that were out of date, now rewritten; fail if there were any."""
    files = changed()
    for path in files:
        print(f"out of date, now rewritten: {path}", file=sys.stderr)
    return 1 if files else 0


if __name__ == "__main__":
    sys.exit(main())
