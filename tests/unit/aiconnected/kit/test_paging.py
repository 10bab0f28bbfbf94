"""Pages and cursors."""

import base64
from datetime import UTC, datetime

import pytest

from aiconnected.kit.errors import Invalid
from aiconnected.kit.ids import new_id
from aiconnected.kit.paging import Cursor, Page, PageRequest

pytestmark = pytest.mark.unit

ROW = "01a1ff4541377eabad370585c886bfae"  # the same in every process that collects the tests


def cursor(day: int = 1) -> Cursor:
    return Cursor(at=datetime(2026, 11, day, tzinfo=UTC), id=new_id())


def test_a_cursor_survives_its_journey() -> None:
    sent = cursor()

    assert Cursor.decode(sent.encode()) == sent


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "é",
        encoded("no json"),
        encoded("[1]"),
        encoded("[1, 2]"),
        encoded('{"a": 1}'),
        encoded(f'["yesterday", "{ROW}"]'),
        encoded('["2026-11-01T00:00:00+00:00", "1"]'),
        encoded(f'["2026-11-01T00:00:00", "{ROW}"]'),
        encoded("[null, null]"),
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as raised:
        Cursor.decode(text)

    assert [detail.field for detail in raised.value.details] == ["cursor"]


@pytest.mark.parametrize(
    ("limit", "offset", "field"), [(0, 0, "limit"), (101, 0, "limit"), (50, -1, "offset")]
)
def test_a_page_out_of_range_is_refused(limit: int, offset: int, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        PageRequest(limit=limit, offset=offset)

    assert [detail.field for detail in raised.value.details] == [field]
    assert raised.value.details[0].code == "VAL_OUT_OF_RANGE"


def test_a_full_page_points_at_the_next() -> None:
    rows = [cursor(3), cursor(2), cursor(1)]

    page = Page[Cursor].of(rows, limit=2, key=lambda row: row)

    assert page.items == (rows[0], rows[1])
    assert page.next_cursor == rows[1]
    assert page.total is None


def test_the_last_page_points_nowhere() -> None:
    rows = [cursor()]

    page = Page[Cursor].of(rows, limit=2, key=lambda row: row, total=1)

    assert page == Page(items=(rows[0],), next_cursor=None, total=1)
    assert Page[Cursor].of([], limit=2, key=lambda row: row).items == ()
