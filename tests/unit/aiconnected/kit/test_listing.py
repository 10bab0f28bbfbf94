"""What a query string may ask of a list, and what it may not."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.kit.errors import Invalid
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import Field, Kind, Listable, ListQuery, Operator, Place

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ID = UUID("01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10")
LIST = Listable(
    Field(name="id", kind=Kind.ID, column="t.id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="t.name", type="text", sorts=True),
    Field(name="caller", kind=Kind.PHONE, column="t.caller", type="text"),
    Field(
        name="status", kind=Kind.WORD, column="t.status", type="text", choices=("open", "closed")
    ),
    Field(
        name="size", kind=Kind.NUMBER, column="t.size", type="integer", nullable=True, sorts=True
    ),
    Field(name="share", kind=Kind.NUMBER, column="t.share", type="numeric", sorts=True),
    Field(name="seen_at", kind=Kind.MOMENT, column="t.seen_at", type="timestamptz", sorts=True),
    Field(name="is_new", kind=Kind.FLAG, column="t.is_new", type="boolean"),
    Field(name="rank", kind=Kind.NUMBER, column="t.rank", type="bigint", filters=False, sorts=True),
    order="-seen_at",
    search=("t.name",),
)
UNSEARCHABLE = Listable(
    Field(name="id", kind=Kind.ID, column="t.id", type="uuid", sorts=True), order="id"
)


def read(**parameters: str) -> ListQuery:
    return LIST.read({name: [text] for name, text in parameters.items()})


def asked(text: str) -> object:
    """The one condition of a query such as `size[gt]=1`."""
    name, _, value = text.partition("=")
    (condition,) = LIST.read({name: [value]}).conditions
    return condition.field.name, condition.operator, condition.value


def refusal(parameters: dict[str, list[str]]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as raised:
        LIST.read(parameters)
    assert raised.value.status == 400
    return [(detail.field, detail.code.value) for detail in raised.value.details]


def test_nothing_asked_is_the_first_fifty_in_the_lists_own_order() -> None:
    query = LIST.read({})

    assert (query.limit, query.offset, query.place, query.search) == (50, 0, None, None)
    assert query.order.text == "-seen_at"
    assert query.conditions == ()


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("name=Ann", ("name", "eq", "Ann")),
        ("name[ne]=Ann", ("name", "ne", "Ann")),
        ("name[in]=Ann,Bob", ("name", "in", ("Ann", "Bob"))),
        ("name[nin]=Ann", ("name", "nin", ("Ann",))),
        ("name[contains]=50%_\\", ("name", "contains", "50%_\\")),
        ("name[starts]=A", ("name", "starts", "A")),
        ("caller=+12125550142", ("caller", "eq", "+12125550142")),
        ("caller[starts]= 1", ("caller", "starts", "+1")),
        ("status[in]=open,closed", ("status", "in", ("open", "closed"))),
        ("size[gt]=60", ("size", "gt", Decimal(60))),
        ("size[gte]=-1", ("size", "gte", Decimal(-1))),
        ("size[lt]=6e1", ("size", "lt", Decimal(60))),
        ("size[lte]=2147483647", ("size", "lte", Decimal(2147483647))),
        ("size[null]=true", ("size", "null", True)),
        ("size[null]=false", ("size", "null", False)),
        ("share=0.25", ("share", "eq", Decimal("0.25"))),
        ("seen_at[gte]=2026-11-21T12:00:00Z", ("seen_at", "gte", NOON)),
        ("seen_at[lt]=2026-11-21T13:00:00 01:00", ("seen_at", "lt", NOON)),
        (f"id={ID}", ("id", "eq", ID)),
        ("is_new=true", ("is_new", "eq", True)),
        ("is_new[ne]=false", ("is_new", "ne", False)),
    ],
)
def test_a_filter_is_a_field_an_operator_and_a_value(text: str, condition: object) -> None:
    assert asked(text) == condition


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("colour", "red", "VAL_UNKNOWN_FIELD"),
        ("rank", "1", "VAL_UNKNOWN_FIELD"),
        ("name[gt]", "Ann", "VAL_UNKNOWN_FIELD"),
        ("name[like]", "Ann", "VAL_UNKNOWN_FIELD"),
        ("name[eq", "Ann", "VAL_UNKNOWN_FIELD"),
        ("name[null]", "true", "VAL_UNKNOWN_FIELD"),
        ("name", "a\0", "VAL_INVALID_FORMAT"),
        ("name", "\ud800", "VAL_INVALID_FORMAT"),
        ("name[contains]", "a\0", "VAL_INVALID_FORMAT"),
        ("name", "a" * 256, "VAL_TOO_LONG"),
        ("name[starts]", "a" * 256, "VAL_TOO_LONG"),
        ("name[in]", ",".join("a" * 51), "VAL_TOO_LONG"),
        ("status", "lost", "VAL_INVALID_ENUM"),
        ("status[in]", "open,lost", "VAL_INVALID_ENUM"),
        ("size", "many", "VAL_INVALID_TYPE"),
        ("size", "", "VAL_INVALID_TYPE"),
        ("size", "1.5", "VAL_INVALID_TYPE"),
        ("size", "NaN", "VAL_OUT_OF_RANGE"),
        ("size", "Infinity", "VAL_OUT_OF_RANGE"),
        ("size", "1e999999", "VAL_OUT_OF_RANGE"),
        ("size", "2147483648", "VAL_OUT_OF_RANGE"),
        ("size", "-2147483649", "VAL_OUT_OF_RANGE"),
        ("share", "1e-999999", "VAL_OUT_OF_RANGE"),
        ("size[null]", "maybe", "VAL_INVALID_TYPE"),
        ("seen_at", "yesterday", "VAL_INVALID_FORMAT"),
        ("seen_at", "2026-11-21T12:00:00", "VAL_INVALID_FORMAT"),
        ("seen_at", "0001-01-01T00:00:00+10:00", "VAL_OUT_OF_RANGE"),
        ("id", "42", "VAL_INVALID_UUID"),
        ("is_new", "yes", "VAL_INVALID_TYPE"),
        ("limit", "0", "VAL_OUT_OF_RANGE"),
        ("limit", "101", "VAL_OUT_OF_RANGE"),
        ("limit", "9" * 5000, "VAL_OUT_OF_RANGE"),
        ("limit", "many", "VAL_INVALID_TYPE"),
        ("limit", "٣", "VAL_INVALID_TYPE"),
        ("offset", "-1", "VAL_INVALID_TYPE"),
        ("offset", "10001", "VAL_OUT_OF_RANGE"),
        ("sort", "status", "VAL_INVALID_ENUM"),
        ("sort", "--name", "VAL_INVALID_ENUM"),
        ("q", " ", "VAL_TOO_SHORT"),
        ("q", "a" * 256, "VAL_TOO_LONG"),
        ("q", "a\0", "VAL_INVALID_FORMAT"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(name: str, text: str, code: str) -> None:
    assert refusal({name: [text]}) == [(name, code)]


def test_all_mistakes_are_told_at_once() -> None:
    assert refusal({"limit": ["0"], "colour": ["red"], "sort": ["x"], "id": ["1"]}) == [
        ("sort", "VAL_INVALID_ENUM"),
        ("colour", "VAL_UNKNOWN_FIELD"),
        ("id", "VAL_INVALID_UUID"),
        ("limit", "VAL_OUT_OF_RANGE"),
    ]


def test_a_parameter_of_the_page_is_given_once_and_a_filter_as_often_as_one_likes() -> None:
    assert refusal({"limit": ["1", "2"]}) == [("limit", "VAL_INVALID_FORMAT")]
    assert len(LIST.read({"size[gt]": ["1", "2"]}).conditions) == 2


def test_a_list_without_search_says_so() -> None:
    with pytest.raises(Invalid) as raised:
        UNSEARCHABLE.read({"q": ["a"]})

    assert raised.value.error_code == "VAL_UNKNOWN_FIELD"


def test_the_orders_are_those_of_sortable_fields_both_ways() -> None:
    assert LIST.sorts[:2] == ("name", "-name")
    assert "status" not in LIST.sorts
    assert read(sort="-rank").order.descending


def test_what_a_field_was_asked_to_equal_can_be_read_back() -> None:
    query = LIST.read({"status": ["open"], "status[ne]": ["closed"]})

    assert query.values("status") == ("open",)
    assert query.values("name") == ()


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("-seen_at", NOON),
        ("seen_at", datetime(2026, 1, 1, microsecond=1, tzinfo=UTC)),
        ("name", "Ann; \u2603 100%"),
        ("name", "a" * 5000),
        ("size", 12),
        ("-size", None),
        ("share", Decimal("0.10")),
        ("rank", 2**62),
    ],
)
def test_a_cursor_survives_its_journey(sort: str, value: object) -> None:
    place = Place(order=sort, value=value, id=ID)  # type: ignore[arg-type] -- each its field's

    read_back = read(sort=sort, cursor=place.encode()).place

    assert read_back is not None
    assert (read_back.order, read_back.value, read_back.id) == (sort, value, ID)


def cursor(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "é",
        "\ud800",
        cursor("a"),
        cursor([]),
        cursor({"a": 1, "b": 2, "c": 3}),
        cursor(["-seen_at", "yesterday", ID.hex]),
        cursor(["-seen_at", NOON.isoformat(), "1"]),
        cursor(["-seen_at", NOON.isoformat(), 1]),
        cursor(["-seen_at", "2026-11-21T12:00:00", ID.hex]),
        cursor(["-seen_at", [], ID.hex]),
        cursor(["name", "Ann", ID.hex]),
        cursor([None, None, ID.hex]),
        cursor([[["-seen_at"]], None, ID.hex]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b'["-seen_at", 1e999, "x"]').decode(),
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(text: str) -> None:
    assert {field for field, _ in refusal({"cursor": [text]})} == {"cursor"}


@pytest.mark.parametrize(
    ("sort", "value"), [("size", 2**31), ("size", 1.5), ("name", "a\0"), ("rank", 2**63)]
)
def test_a_forged_cursor_holds_no_value_that_the_column_cannot(sort: str, value: object) -> None:
    forged = cursor([sort, value, ID.hex])

    assert refusal({"sort": [sort], "cursor": [forged]}) == [("cursor", "VAL_INVALID_FORMAT")]


def test_a_cursor_and_an_offset_exclude_each_other() -> None:
    place = Place(order="-seen_at", value=NOON, id=new_id()).encode()

    assert refusal({"cursor": [place], "offset": ["5"]}) == [("cursor", "VAL_INVALID_FORMAT")]
    assert read(cursor=place, offset="0").offset == 0


NAMES = st.sampled_from(
    [*LIST.fields, "limit", "offset", "cursor", "sort", "q", "fields", "other"]
).flatmap(
    lambda name: st.sampled_from(["", *(f"[{operator}]" for operator in Operator), "["]).map(
        lambda operator: name + operator
    )
)


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=40), min_size=1, max_size=2), max_size=4))
def test_any_query_string_is_read_or_refused(parameters: dict[str, list[str]]) -> None:
    try:
        limit = LIST.read(parameters).limit
    except Invalid:
        return
    assert 1 <= limit <= 100


@given(st.binary(max_size=60))
def test_any_cursor_is_read_or_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read(cursor=base64.urlsafe_b64encode(content).decode())
