"""Pages of lists in real PostgreSQL: every operator, every order, and rows that come meanwhile."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from aiconnected.db import Database, Query, Scope, Work
from aiconnected.db.listing import page
from aiconnected.kit.errors import Invalid
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import Field, Kind, Listable
from aiconnected.kit.paging import Page
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

DAY = datetime(2026, 11, 1, tzinfo=UTC)
TABLE = """
CREATE TYPE thing_status AS ENUM ('open', 'closed', 'lost');
CREATE TABLE things (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    status thing_status NOT NULL,
    size integer,
    share numeric,
    seen_at timestamptz,
    is_new boolean NOT NULL
);
GRANT SELECT ON things TO platform;
"""
INSERT = """
INSERT INTO things (id, name, status, size, share, seen_at, is_new)
VALUES (%(id)s, %(name)s, %(status)s, %(size)s, %(share)s, %(seen_at)s, %(is_new)s)
"""
THINGS = Listable(
    Field(name="id", kind=Kind.ID, column="t.id", type="uuid", sorts=True),
    Field(name="name", kind=Kind.TEXT, column="t.name", type="text", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="t.status",
        type="thing_status",
        choices=("open", "closed", "lost"),
        sorts=True,
    ),
    Field(
        name="size", kind=Kind.NUMBER, column="t.size", type="integer", nullable=True, sorts=True
    ),
    Field(
        name="share", kind=Kind.NUMBER, column="t.share", type="numeric", nullable=True, sorts=True
    ),
    Field(
        name="seen_at",
        kind=Kind.MOMENT,
        column="t.seen_at",
        type="timestamptz",
        nullable=True,
        sorts=True,
    ),
    Field(name="is_new", kind=Kind.FLAG, column="t.is_new", type="boolean", sorts=True),
    order="-seen_at",
    search=("t.name", "t.status::text"),
)
QUERY = Query(
    name="things.page",
    text="""
SELECT t.id, t.name, t.status, t.size, t.share, t.seen_at, t.is_new
FROM things AS t
WHERE t.name <> %(hidden)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s
""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A row."""

    id: UUID
    name: str
    status: str
    size: int | None
    share: Decimal | None
    seen_at: datetime | None
    is_new: bool


def thing(name: str, **fields: object) -> dict[str, object]:
    known: dict[str, object] = {
        "id": new_id(),
        "status": "open",
        "size": None,
        "share": None,
        "seen_at": None,
        "is_new": False,
    }
    return {"name": name, **known, **fields}


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute(TABLE)
        yield connection


@pytest.fixture
def work(owner: psycopg.Connection, database: Database) -> Iterator[Work]:
    with database.work(Scope.platform("test")) as work:
        yield work


def add(owner: psycopg.Connection, *things: dict[str, object]) -> None:
    with owner.cursor() as cursor:
        cursor.executemany(INSERT, things)


def listed(work: Work, **parameters: str) -> Page[Thing]:
    wanted = THINGS.read({name: [text] for name, text in parameters.items()})
    return page(work, QUERY, Thing, of=THINGS, wanted=wanted, hidden="hidden")


def names(work: Work, **parameters: str) -> list[str]:
    return [each.name for each in listed(work, **parameters).items]


def walked(work: Work, **parameters: str) -> list[Thing]:
    """All rows, page by page along the cursors."""
    found: list[Thing] = []
    after: str | None = None
    while True:
        here = listed(work, **parameters, **({"cursor": after} if after else {}))
        found += here.items
        after = here.after
        if after is None:
            return found


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("name", "Ann", ["Ann"]),
        ("name[ne]", "Ann", ["50%_\\", "Bob", "Zoë"]),
        ("name[in]", "Ann,Zoë", ["Ann", "Zoë"]),
        ("name[nin]", "Ann,Zoë", ["50%_\\", "Bob"]),
        ("name[contains]", "O", ["Bob", "Zoë"]),
        ("name[contains]", "%_\\", ["50%_\\"]),
        ("name[contains]", "_", ["50%_\\"]),
        ("name[starts]", "b", ["Bob"]),
        ("status", "closed", ["Bob"]),
        ("status[in]", "closed,lost", ["Bob", "Zoë"]),
        ("size", "10", ["Ann"]),
        ("size[ne]", "10", ["50%_\\", "Bob", "Zoë"]),
        ("size[gt]", "10", ["Bob"]),
        ("size[gte]", "10", ["Ann", "Bob"]),
        ("size[lt]", "20", ["Ann"]),
        ("size[lte]", "20", ["Ann", "Bob"]),
        ("size[in]", "10,20", ["Ann", "Bob"]),
        ("size[nin]", "10", ["50%_\\", "Bob", "Zoë"]),
        ("size[null]", "true", ["50%_\\", "Zoë"]),
        ("size[null]", "false", ["Ann", "Bob"]),
        ("share[gt]", "0.1", ["Bob"]),
        ("seen_at[gte]", "2026-11-02T00:00:00Z", ["Bob"]),
        ("seen_at", "2026-11-01T01:00:00+01:00", ["Ann"]),
        ("is_new", "true", ["Zoë"]),
        ("is_new[ne]", "true", ["50%_\\", "Ann", "Bob"]),
        ("q", "ZO", ["Zoë"]),
        ("q", "close", ["Bob"]),
        ("q", "%", ["50%_\\"]),
    ],
)
def test_an_operator_finds_what_it_says(
    owner: psycopg.Connection, work: Work, name: str, text: str, expected: list[str]
) -> None:
    add(
        owner,
        thing("Ann", size=10, share=Decimal("0.1"), seen_at=DAY),
        thing("Bob", status="closed", size=20, share=Decimal("0.11"), seen_at=DAY + timedelta(1)),
        thing("Zoë", status="lost", is_new=True),
        thing("50%_\\"),
        thing("hidden"),
    )

    assert sorted(names(work, **{name: text})) == expected
    assert listed(work, **{name: text}).total == len(expected)


def test_conditions_are_all_to_be_met(owner: psycopg.Connection, work: Work) -> None:
    add(owner, thing("a", size=1), thing("b", size=2), thing("c", size=3))

    wanted = THINGS.read({"size[gt]": ["1"], "size[lt]": ["3"]})

    assert [
        t.name for t in page(work, QUERY, Thing, of=THINGS, wanted=wanted, hidden="").items
    ] == ["b"]


def scattered(count: int) -> list[dict[str, object]]:
    chance = random.Random(4)  # noqa: S311 -- rows to sort
    return [
        thing(
            chance.choice(["Ann", "ann", "Bob", "Zoë", "émile"]),
            status=chance.choice(["open", "closed", "lost"]),
            size=chance.choice([None, -5, 0, 7]),
            share=chance.choice([None, Decimal("0.10"), Decimal("0.1000001")]),
            seen_at=chance.choice([None, DAY, DAY + timedelta(microseconds=1)]),
            is_new=chance.random() < 0.5,
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("sort", THINGS.sorts)
def test_pages_along_the_cursor_hold_every_row_once_and_in_order(
    owner: psycopg.Connection, work: Work, sort: str
) -> None:
    rows = scattered(57)
    add(owner, *rows)

    found = walked(work, sort=sort, limit="5")

    assert len(found) == len({each.id for each in found}) == len(rows)
    assert found == [*listed(work, sort=sort, limit="100").items]
    values = [getattr(each, sort.removeprefix("-")) for each in found]
    empty = [value is None for value in values]
    assert empty == sorted(empty), "what is empty comes last, whichever way it is sorted"


@pytest.mark.parametrize("sort", ["seen_at", "-seen_at"])
def test_rows_that_come_meanwhile_neither_repeat_nor_hide_others(
    owner: psycopg.Connection, database: Database, sort: str
) -> None:
    rows = [thing(f"row {n}", seen_at=DAY + timedelta(minutes=n // 3)) for n in range(30)]
    add(owner, *rows)

    found: list[str] = []
    after: str | None = None
    while True:
        with database.work(Scope.platform("test")) as work:
            here = listed(work, sort=sort, limit="4", **({"cursor": after} if after else {}))
        found += [each.name for each in here.items]
        after = here.after
        if after is None:
            break
        add(owner, thing("new", seen_at=DAY - timedelta(1)), thing("new", seen_at=DAY))
        add(owner, thing("new", seen_at=DAY + timedelta(1)), thing("new"))

    old = [name for name in found if name != "new"]
    assert len(old) == len(set(old)) == 30


def test_a_row_that_is_gone_does_not_break_the_cursor_that_names_it(
    owner: psycopg.Connection, work: Work
) -> None:
    rows = [thing(f"row {n}", seen_at=DAY + timedelta(minutes=n)) for n in range(6)]
    add(owner, *rows)
    first = listed(work, sort="seen_at", limit="2")

    owner.execute("DELETE FROM things WHERE id = %s", [first.items[-1].id])

    assert first.after is not None
    assert names(work, sort="seen_at", cursor=first.after) == [f"row {n}" for n in range(2, 6)]


def test_an_offset_leaves_rows_out_and_the_total_stays(
    owner: psycopg.Connection, work: Work
) -> None:
    add(owner, *(thing(f"row {n}", size=n) for n in range(7)))

    here = listed(work, sort="size", limit="3", offset="2")

    assert ([each.size for each in here.items], here.total) == ([2, 3, 4], 7)
    assert [each.size for each in walked(work, sort="size", limit="3")] == list(range(7))
    assert listed(work, sort="size", offset="7").items == ()


def test_a_cursor_keeps_the_conditions_of_its_request(
    owner: psycopg.Connection, work: Work
) -> None:
    add(owner, *(thing(f"row {n}", size=n, is_new=n % 2 == 0) for n in range(9)))

    found = walked(work, sort="size", limit="2", is_new="true")

    assert [each.size for each in found] == [0, 2, 4, 6, 8]


def test_a_long_list_is_not_counted_to_its_end(owner: psycopg.Connection, work: Work) -> None:
    owner.execute(
        "INSERT INTO things (id, name, status, is_new)"
        " SELECT gen_random_uuid(), n::text, 'open', false FROM generate_series(1, 10001) AS n"
    )

    assert listed(work, limit="1").total is None
    assert listed(work, limit="1", **{"name[ne]": "1"}).total == 10_000
    first = listed(work, limit="1")
    assert first.after is not None
    assert listed(work, limit="1", cursor=first.after).total is None


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE things; --",
        "%(limit)s",
        "%s",
        "%%",
        '"',
        "\\",
        "{}",
        "a' OR 'a' = 'a",
    ],
)
def test_what_a_caller_sends_is_never_sql(owner: psycopg.Connection, work: Work, text: str) -> None:
    add(owner, thing("Ann"), thing(text))

    assert names(work, name=text) == [text]
    assert names(work, **{"name[contains]": text}) == [text]
    assert names(work, q=text) == [text]
    assert names(work, **{"name[in]": text}) == [text]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seen_at[gte]", "0001-01-01T00:00:00+00:00"),
        ("seen_at[lte]", "9999-12-31T23:59:59.999999+00:00"),
        ("seen_at[lt]", "2026-01-01T00:00:00+23:59"),
        ("size[gt]", "-2147483648"),
        ("size[lt]", "1e9"),
        ("share[lt]", "999999999999999999"),
        ("share[gt]", "1e-18"),
        ("share", "0." + "1" * 200),
        ("id", "urn:uuid:01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10"),
    ],
)
def test_values_at_the_edge_are_taken_by_the_database(work: Work, name: str, text: str) -> None:
    assert names(work, **{name: text}) == []


def test_a_statement_without_its_marks_is_a_mistake(work: Work) -> None:
    wanted = THINGS.read({})
    plain = Query(name="things.plain", text="SELECT 1")

    with pytest.raises(ValueError, match=r"things\.plain lacks the marks"):
        page(work, plain, Thing, of=THINGS, wanted=wanted)


def test_a_cursor_of_another_order_is_refused(owner: psycopg.Connection, work: Work) -> None:
    add(owner, thing("a"), thing("b"))
    after = listed(work, sort="name", limit="1").after
    assert after is not None

    with pytest.raises(Invalid):
        listed(work, sort="-name", cursor=after)
