"""Pages of lists: a noun's statement with the filters and the order that were asked for.

The statement stands in `queries.sql` as valid SQL with two marks, which are filled in here:

    WHERE a.deleted_at IS NULL
        AND /* conditions */ TRUE
    ORDER BY /* order */ 1
    LIMIT %(limit)s
    OFFSET %(offset)s

Columns come from the noun's `Listable`, which is code; whatever a caller sent is a parameter.
"""

from dataclasses import replace
from typing import LiteralString, TypeVar, cast
from uuid import UUID

from aiconnected.db.queries import Query
from aiconnected.db.work import Work
from aiconnected.kit.listing import (
    Condition,
    Field,
    Listable,
    ListQuery,
    Operator,
    Order,
    Place,
    Value,
)
from aiconnected.kit.paging import Page

T = TypeVar("T")
CONDITIONS = "/* conditions */ TRUE"
ORDER = "ORDER BY /* order */ 1"
COUNTED = 10_000  # rows up to which a list says how long it is

_COMPARISONS = {
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.LT: "<",
    Operator.LTE: "<=",
    Operator.EQ: "=",
}


def page(
    work: Work,
    query: Query,
    into: type[T],
    /,
    *,
    of: Listable,
    wanted: ListQuery,
    affordable: float | None = None,
    in_order: bool = False,
    counted: int = COUNTED,
    **params: object,
) -> Page[T]:
    """The rows that were asked for. Each has an `id` and the attribute that it is sorted by.

    The length of the list is counted up to `counted` rows, and not at all behind a cursor, nor when
    the planner expects it to cost more than `affordable`. `in_order` counts in the default order:
    through its index, where there is one.
    """
    statement = _Statement(query, of=of, wanted=wanted)
    asked = statement.page()
    given = params | statement.params
    rows = work.rows(asked, into, limit=wanted.limit + 1, offset=wanted.offset, **given)
    items = tuple(rows[: wanted.limit])
    more = len(rows) > wanted.limit
    return Page(
        items=items,
        after=_place_of(items[-1], wanted).encode() if more else None,
        total=None
        if wanted.place
        else wanted.offset + len(items)
        if items and not more
        else _total(
            work, statement.count(in_order=in_order), given, affordable=affordable, counted=counted
        ),
    )


def _total(
    work: Work, count: Query, given: dict[str, object], *, affordable: float | None, counted: int
) -> int | None:
    params = {"limit": counted + 1, "offset": 0} | given
    if affordable is not None and _cost(work, count, params) > affordable:
        return None
    found = work.value(count, int, **params) or 0
    return found if found <= counted else None


def _cost(work: Work, query: Query, params: dict[str, object]) -> float:
    """What the planner expects a statement to cost, in its own units."""
    explained = replace(
        query, name=query.name + "_cost", text="EXPLAIN (FORMAT JSON) " + query.text
    )
    (plan,) = work.value(explained, list[dict[str, dict[str, float]]], **params) or [{}]
    return plan["Plan"]["Total Cost"]


def _place_of(row: object, wanted: ListQuery) -> Place:
    value = cast("Value | None", wanted.order.field.value_of(row))
    return Place(order=wanted.order.text, value=value, id=cast("UUID", getattr(row, "id")))  # noqa: B009 -- any row


class _Statement:
    """A noun's statement, filled in."""

    def __init__(self, query: Query, *, of: Listable, wanted: ListQuery) -> None:
        if CONDITIONS not in query.text or ORDER not in query.text:
            raise ValueError(f"{query.name} lacks the marks of a list")
        self._query, self._of, self._wanted = query, of, wanted
        self.params: dict[str, object] = {}
        self._conditions = [self._condition(each) for each in wanted.conditions]
        if wanted.search is not None and of.search:
            self._conditions.append(self._searched(wanted.search))

    def page(self) -> Query:
        """Rows in order, from the place on."""
        conditions = list(self._conditions)
        if self._wanted.place is not None:
            conditions.append(self._behind(self._wanted.place))
        order = f"ORDER BY {self._ordered(self._wanted.order)}"
        return self._filled(conditions, self._query.text.replace(ORDER, order))

    def count(self, *, in_order: bool) -> Query:
        """How many rows there are, as far as the limit goes."""
        head, _, tail = self._query.text.partition(ORDER)
        order = f"ORDER BY {self._ordered(self._of.default)}" if in_order else ""
        return self._filled(
            self._conditions,
            f"SELECT count(*) FROM ({head}{order}{tail}) AS counted",  # noqa: S608 -- see _filled
            suffix="_count",
        )

    def _filled(self, conditions: list[str], text: str, *, suffix: str = "") -> Query:
        all_of_them = " AND ".join(conditions) or "TRUE"
        filled = text.replace(CONDITIONS, all_of_them)
        # Nothing of it was sent by anybody: see above.
        return replace(
            self._query, name=self._query.name + suffix, text=cast("LiteralString", filled)
        )

    def _ordered(self, order: Order) -> str:
        field, way = order.field, "DESC" if order.descending else "ASC"
        first = f"({field.column} IS NULL), " if field.nullable else ""
        return f"{first}{field.column} {way}, {self._id} {way}"

    @property
    def _id(self) -> str:
        return self._of.fields["id"].column

    def _behind(self, place: Place) -> str:
        """Rows that come after the place in the order."""
        field, sign = self._wanted.order.field, "<" if self._wanted.order.descending else ">"
        ident = self._param(place.id, "uuid")
        if place.value is None:
            return f"({field.column} IS NULL AND {self._id} {sign} {ident})"
        behind = (
            f"({field.column}, {self._id}) {sign} ({self._param(place.value, field.type)}, {ident})"
        )
        return f"({behind} OR {field.column} IS NULL)" if field.nullable else behind

    def _condition(self, condition: Condition) -> str:
        field, value = condition.field, condition.value
        match condition.operator:
            case Operator.NULL:
                return f"{field.column} IS {'' if value else 'NOT '}NULL"
            case Operator.NE:
                return f"{field.column} IS DISTINCT FROM {self._param(value, field.type)}"
            case Operator.IN:
                return f"{field.column} = ANY ({self._many(value, field)})"
            case Operator.NIN:
                unequal = f"{field.column} <> ALL ({self._many(value, field)})"
                return f"({unequal} OR {field.column} IS NULL)" if field.nullable else unequal
            case Operator.CONTAINS:
                return f"{field.column} ILIKE {self._param(f'%{_literal(value)}%', 'text')}"
            case Operator.STARTS:
                return f"{field.column} ILIKE {self._param(f'{_literal(value)}%', 'text')}"
            case operator:
                return f"{field.column} {_COMPARISONS[operator]} {self._param(value, field.type)}"

    def _searched(self, text: str) -> str:
        pattern = self._param(f"%{_literal(text)}%", "text")
        return "(" + " OR ".join(f"{column} ILIKE {pattern}" for column in self._of.search) + ")"

    def _many(self, value: object, field: Field) -> str:
        return self._param(list(cast("tuple[Value, ...]", value)), f"{field.type}[]")

    def _param(self, value: object, kind: str) -> str:
        name = f"asked_{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::{kind}"


def _literal(value: object) -> str:
    """Text whose wildcards mean themselves (PostgreSQL, "LIKE")."""
    return str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
