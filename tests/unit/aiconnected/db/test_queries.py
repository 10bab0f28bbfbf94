"""Reading `queries.sql`."""

from pathlib import Path

import pytest

from aiconnected.db.queries import MalformedQueries, Queries

pytestmark = pytest.mark.unit

GOOD = """\
-- one --
-- The first, over two lines
-- of explanation.
SELECT
    1

-- every_tenant --
-- The second.
-- cross-tenant: upkeep
-- A reason may be followed by more.
DELETE FROM things -- trailing remarks stay
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "things" / "queries.sql"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_statements_are_read_by_heading_without_their_comments(tmp_path: Path) -> None:
    queries = Queries.read(write(tmp_path, GOOD))

    assert list(queries) == ["one", "every_tenant"]
    assert len(queries) == 2
    assert queries["one"].name == "things.one"
    assert queries["one"].text == "SELECT\n    1"
    assert queries["one"].cross_tenant == ""
    assert queries["every_tenant"].text == "DELETE FROM things -- trailing remarks stay"
    assert queries["every_tenant"].cross_tenant == "upkeep"


def test_queries_are_found_beside_a_module(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)

    assert set(Queries.beside(str(path.with_name("repository.py")))) == {"one", "every_tenant"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1\n",
        "-- one --\nSELECT 1\n",
        "-- one --\n-- Nothing.\n",
        "-- one --\n-- A.\nSELECT 1\n\n-- one --\n-- B.\nSELECT 2\n",
    ],
    ids=["text before a heading", "no explanation", "no statement", "the same name twice"],
)
def test_a_careless_file_is_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(MalformedQueries):
        Queries.read(path)
