"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence

CONTENT_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "@", "-", "+", "\t", "\r")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table with its header; None is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """`value`, with a quote before what a spreadsheet would take for a formula.

    What callers' carriers and models say ends up here; a number, of a telephone or not, is one.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    return value if value[1:].isdigit() else f"'{value}"
