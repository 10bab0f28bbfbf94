"""Which module of `routes` has which routes: `python -m chalicelib.index` writes `index.json`."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from chalicelib.routing import Route, Routes

FILE = Path(__file__).with_name("index.json")
_PACKAGE = "chalicelib.routes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The routes of a module that is imported when one of them is asked for."""

    module: str
    routes: Iterable[Route]

    def load(self) -> Routes:
        """The module's `routes`."""
        found: Routes = import_module(_PACKAGE + self.module).routes
        return found


def read() -> list[Later]:
    """All groups of routes, none of them imported."""
    index: dict[str, dict[str, list[str]]] = json.loads(FILE.read_bytes())
    return [
        Later(
            module=module,
            routes=tuple((method, path) for path, methods in of.items() for method in methods),
        )
        for module, of in index.items()
    ]


def text(groups: Iterable[Routes]) -> str:
    """The index of these groups."""
    index: defaultdict[str, defaultdict[str, list[str]]]
    index = defaultdict(lambda: defaultdict(list))
    for group in groups:
        for (method, path), declared in group.declared.items():
            index[declared.handler.__module__.removeprefix(_PACKAGE)][path].append(method)
    return json.dumps(index, indent=2) + "\n"


def main() -> None:
    """Write the index."""
    from chalicelib.routes.every import GROUPS  # noqa: PLC0415 -- what the index saves its readers

    FILE.write_text(text(GROUPS), encoding="utf-8")


if __name__ == "__main__":
    main()
