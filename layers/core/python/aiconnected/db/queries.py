"""Named SQL from a noun's `queries.sql`.

    -- call_by_id --
    -- One call of a tenant.
    SELECT …

Every statement takes %(tenant_id)s, or says `-- cross-tenant: reason` under its heading; a test
holds all files to it and prepares every statement against the migrated schema.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, Self, cast

_HEADING = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*) --$", re.MULTILINE)
_CROSS_TENANT = re.compile(r"^-- cross-tenant: (?P<reason>\S.*)$", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


class MalformedQueries(ValueError):
    """A file of queries that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One statement. `cross_tenant` is the reason why it names no tenant, if it names none."""

    name: str
    text: LiteralString
    cross_tenant: str = ""


class Queries(Mapping[str, Query]):
    """The statements of one file by name."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._queries = dict(queries)

    @classmethod
    def beside(cls, module: str) -> Self:
        """Those of the `queries.sql` in the folder of `module` (its `__file__`)."""
        return cls.read(Path(module).with_name("queries.sql"))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Those of a file; names carry its noun, so that logs and plans tell them apart."""
        before, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
        if before.strip():
            raise MalformedQueries(f"{path}: text before the first heading")
        queries: dict[str, Query] = {}
        for name, part in zip(parts[::2], parts[1::2], strict=True):
            statement = _COMMENT.sub("", part).strip()
            if name in queries or not statement or not part.lstrip().startswith("-- "):
                raise MalformedQueries(f"{path}: {name} is a duplicate, empty or unexplained")
            reason = _CROSS_TENANT.search(part)
            queries[name] = Query(
                name=f"{path.parent.name}.{name}",
                # The files are ours, as literal as a string in the code.
                text=cast("LiteralString", statement),
                cross_tenant=reason["reason"] if reason else "",
            )
        return cls(queries)

    def __getitem__(self, name: str) -> Query:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)
