"""What every `queries.sql` of the product is held to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import aiconnected
from aiconnected.db import Queries, Query

pytestmark = pytest.mark.unit

PACKAGE = Path(aiconnected.__file__).parent
FILES = sorted(PACKAGE.glob("*/queries.sql"))
QUERIES = [query for path in FILES for query in Queries.read(path).values()]
_OPTIONAL = re.compile(r"%\(tenant_id\)s(::uuid)? IS NULL")
_EVERY_COLUMN = re.compile(r"\bSELECT\s+(\w+\.)?\*|\bRETURNING\s+\*", re.IGNORECASE)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_names_its_tenant_or_says_why_not(query: Query) -> None:
    bound = "%(tenant_id)s" in query.text and not _OPTIONAL.search(query.text)

    assert bound != bool(query.cross_tenant), (
        f"{query.name}: take %(tenant_id)s, or write `-- cross-tenant: reason` under the heading"
    )


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_names_its_columns(query: Query) -> None:
    assert not _EVERY_COLUMN.search(query.text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_noun_uses_all_its_queries_and_no_others(path: Path) -> None:
    used = {name for module in path.parent.glob("*.py") for name in _used(module)}

    assert used == set(Queries.read(path))


def _used(module: Path) -> Iterator[str]:
    """Names in `SQL["name"]`, and those that a repository hands to its own `_insert`."""
    for node in ast.walk(ast.parse(module.read_text())):
        match node:
            case ast.Subscript(value=ast.Name("SQL"), slice=ast.Constant(str(name))):
                yield name
            case ast.Call(func=ast.Attribute(attr="_insert"), args=[_, ast.Constant(name), *_]):
                yield str(name)
            case _:
                pass
