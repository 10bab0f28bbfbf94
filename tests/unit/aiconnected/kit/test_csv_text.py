"""Tables as CSV: quoting, and what a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.kit.csv_text import csv_text

pytestmark = pytest.mark.unit


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_table_has_its_header_and_empty_cells_for_nothing() -> None:
    assert read(csv_text(("a", "b"), [(1, None), ("x, y", 'say "hi"')])) == [
        ["a", "b"],
        ["1", ""],
        ["x, y", 'say "hi"'],
    ]


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "-1+cmd|' /C calc'!A0", "+1 HYPERLINK"])
def test_what_a_spreadsheet_would_run_is_text(formula: str) -> None:
    assert read(csv_text(("a",), [(formula,)]))[1] == [f"'{formula}"]


def test_numbers_and_telephone_numbers_stay_as_they_are() -> None:
    row = read(csv_text(("a", "b", "c"), [("+14155550123", "-5", -5)]))[1]

    assert row == ["+14155550123", "-5", "-5"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = read(csv_text(("a", "b"), [(text, 1)]))[1][0]

    assert not cell.startswith(("=", "@", "\t", "\r"))
