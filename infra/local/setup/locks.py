"""Hash-pinned requirement files: what each is compiled from, and their regeneration."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.local.stack.layout import ROOT

HEADER = "# Written by `make lock` from the groups of pyproject.toml: {groups}.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """One requirement file and the dependency groups that it pins."""

    path: str
    groups: tuple[str, ...]
    follows: str | None = None
    """Requirement file whose pins this one shares, so that one process sees one version."""
    exclude_newer: str | None = None
    """Date as of which versions are chosen, for projects whose own bounds have drifted."""
    no_deps: bool = False

    def command(self, uv: str) -> list[str]:
        """Return the uv command that compiles this file, run from the repository root."""
        command = [uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"]
        for group in self.groups:
            command += ["--group", f"pyproject.toml:{group}"]
        if self.follows:
            command += ["--constraints", self.follows]
        if self.exclude_newer:
            command += ["--exclude-newer", self.exclude_newer]
        if self.no_deps:
            command += ["--no-deps"]
        return [*command, "--output-file", self.path]


def read_locks(root: Path = ROOT) -> list[Lock]:
    """Return the locks declared in pyproject.toml, each after the one it follows."""
    with (root / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["tool"]["aiconnected"]["locks"]
    return [
        Lock(
            path=path,
            groups=tuple(options["groups"]),
            follows=options.get("follows"),
            exclude_newer=options.get("exclude-newer"),
            no_deps=options.get("no-deps", False),
        )
        for path, options in declared.items()
    ]


def write(lock: Lock, *, uv: str, upgrade: bool, root: Path = ROOT) -> None:
    """Compile one file in place. Pins already there are kept unless `upgrade`."""
    command = lock.command(uv)
    if upgrade:
        command.insert(3, "--upgrade")
    subprocess.run(command, cwd=root, check=True)
    path = root / lock.path
    path.write_text(HEADER.format(groups=", ".join(lock.groups)) + path.read_text())


def main(arguments: list[str]) -> int:
    """Regenerate every lock file; `--upgrade` takes the newest versions allowed."""
    uv = str(Path(sys.executable).with_name("uv"))
    for lock in read_locks():
        print(f"locking {lock.path}", flush=True)
        write(lock, uv=uv, upgrade="--upgrade" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
