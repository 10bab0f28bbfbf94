"""The repository as the architecture tests read it: files that belong to it, and their syntax."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("layers", "functions", "realtime", "gpu")
CODE = (*PRODUCT, "infra")
IGNORED = {"__pycache__", "node_modules", ".git", ".local", ".build", ".hypothesis"}
BINARY = {".wav", ".npy", ".onnx", ".png", ".ico", ".woff2", ".pyc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One parsed Python module; `path` is relative to the repository root."""

    path: str
    text: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Yield every absolute module name that is imported anywhere in the module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def files() -> tuple[str, ...]:
    """Return the paths of all files of the repository, without what git ignores."""
    return tuple(sorted(str(path.relative_to(ROOT)) for path in _walk(ROOT)))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python modules below some folders."""
    return tuple(
        Module(path=path, text=text, tree=ast.parse(text))
        for path in files()
        if path.endswith(".py") and path.split("/")[0] in folders
        for text in [(ROOT / path).read_text()]
    )


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in IGNORED or path.name.startswith(".venv") or path.name.endswith("_cache"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.suffix not in BINARY and not path.name.startswith(".coverage"):
            yield path
