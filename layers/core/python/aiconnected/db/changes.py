"""Changes of single columns: a noun's UPDATE with those columns that a request names.

UPDATE agencies
SET /* changes */ id = id
WHERE id = %(agency_id)s
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import LiteralString, cast

from aiconnected.db.queries import Query
from aiconnected.db.work import Work

MARK = "/* changes */ id = id"


def change(
    work: Work,
    query: Query,
    /,
    *,
    changes: Mapping[str, object],
    columns: frozenset[str],
    **params: object,
) -> int:
    """Rows affected. `columns` are those that may be set at all: never a caller's own words."""
    if MARK not in query.text:
        raise ValueError(f"{query.name} lacks the mark of a change")
    if unknown := changes.keys() - columns:
        raise ValueError(f"{query.name} sets no {sorted(unknown)}")
    if not changes:
        return 0
    settings = ", ".join(f"{name} = %(new_{name})s" for name in changes)
    filled = replace(query, text=cast("LiteralString", query.text.replace(MARK, settings)))
    return work.run(filled, **params, **{f"new_{name}": value for name, value in changes.items()})
