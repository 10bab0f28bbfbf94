"""What may be asked of a list, and what was: filters, order, search, page (PRD 16).

A noun declares its list once, as a `Listable`: the fields to filter and sort by, each with its
column. The HTTP surface reads a query string against it, the documentation describes it, and
`aiconnected.db.listing` turns what was asked into SQL.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from aiconnected.kit.fields import (
    MAX_TEXT,
    Field,
    Kind,
    Operator,
    Unreadable,
    Value,
    compared,
    value_of,
    writable,
)
from aiconnected.kit.paging import DEFAULT_LIMIT, MAX_LIMIT

__all__ = [  # with what declares a list
    "Condition",
    "Field",
    "Kind",
    "ListQuery",
    "Listable",
    "Operator",
    "Order",
    "Place",
    "Value",
    "writable",
]
MAX_OFFSET = 10_000  # beyond it a cursor is the way
RESERVED = ("limit", "offset", "cursor", "sort", "q", "fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A field compared with a value; with several for `in` and `nin`."""

    field: Field
    operator: Operator
    value: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a list is sorted by; rows that agree are sorted by id."""

    field: Field
    descending: bool

    @property
    def text(self) -> str:
        """As it is asked for: `-created_at`."""
        return f"-{self.field.name}" if self.descending else self.field.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The last row of a page: what follows it is the next one. `value` is the sort field's."""

    order: str
    value: Value | None
    id: UUID

    def encode(self) -> str:
        """Opaque text for the next request."""
        value = self.value
        shown = value if value is None or isinstance(value, bool | int) else _text(value)
        content = json.dumps([self.order, shown, self.id.hex], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What of a list is asked for: `limit` rows after `place`, or after the first `offset`."""

    order: Order
    conditions: tuple[Condition, ...] = ()
    search: str | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    place: Place | None = None

    def values(self, name: str) -> tuple[Value | tuple[Value, ...], ...]:
        """What a field was asked to equal."""
        return tuple(
            condition.value
            for condition in self.conditions
            if condition.field.name == name and condition.operator is Operator.EQ
        )


class Listable:
    """A list that can be filtered, sorted, searched and paged through.

    `order` is the default, such as `-created_at`; `search` are the columns that `q` looks through.
    """

    def __init__(self, *fields: Field, order: str, search: Sequence[str] = ()) -> None:
        self.fields = {field.name: field for field in fields}
        self.search = tuple(search)
        self.default = self._ordered(order)

    @property
    def sorts(self) -> tuple[str, ...]:
        """Every order that can be asked for."""
        names = [field.name for field in self.fields.values() if field.sorts]
        return tuple(sign + name for name in names for sign in ("", "-"))

    def of_tenant(self, wanted: ListQuery, tenant_id: UUID) -> ListQuery:
        """The same list of one tenant: an index knows its rows, the row policies alone do not."""
        field = self.fields["tenant_id"]
        condition = Condition(field=field, operator=Operator.EQ, value=tenant_id)
        return replace(wanted, conditions=(*wanted.conditions, condition))

    def read(self, parameters: Mapping[str, Sequence[str]]) -> ListQuery:
        """What a query string asks for; raises `Invalid` with every parameter that is wrong."""
        reader = _Reader(self, parameters)
        query = reader.read()
        if reader.errors:
            raise Invalid(code=reader.errors[0].code, details=reader.errors)
        return query

    def ordered(self, text: str) -> Order | None:
        """The order of a `sort`, if there is such a one."""
        return self._ordered(text) if text in self.sorts else None

    def _ordered(self, text: str) -> Order:
        return Order(field=self.fields[text.removeprefix("-")], descending=text.startswith("-"))


class _Reader:
    """Reads one query string, and goes on after a mistake so that all are told at once."""

    def __init__(self, listable: Listable, parameters: Mapping[str, Sequence[str]]) -> None:
        self._listable, self._parameters = listable, parameters
        self.errors: list[FieldError] = []

    def read(self) -> ListQuery:
        order = self._order()
        place = self._place(order)
        offset = self._number("offset", default=0, least=0, most=MAX_OFFSET)
        if place is not None and offset:
            self._wrong("cursor", "Give a cursor or an offset, not both.")
        return ListQuery(
            order=order,
            conditions=tuple(self._conditions()),
            search=self._search(),
            limit=self._number("limit", default=DEFAULT_LIMIT, least=1, most=MAX_LIMIT),
            offset=offset,
            place=place,
        )

    def _one(self, name: str) -> str | None:
        given = self._parameters.get(name, ())
        if len(given) > 1:
            self._wrong(name, "Give this parameter once.")
        return given[0] if given else None

    def _number(self, name: str, *, default: int, least: int, most: int) -> int:
        text = self._one(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit():
            self._wrong(name, "This is not a whole number.", ErrorCode.VAL_INVALID_TYPE)
        elif not least <= (number := int(text[:20])) <= most:
            self._wrong(name, f"{name} is {least} to {most}.", ErrorCode.VAL_OUT_OF_RANGE)
        else:
            return number
        return default

    def _order(self) -> Order:
        text = self._one("sort")
        if text is None:
            return self._listable.default
        order = self._listable.ordered(text)
        if order is None:
            known = ", ".join(self._listable.sorts)
            self._wrong("sort", f"sort is one of {known}.", ErrorCode.VAL_INVALID_ENUM)
        return order or self._listable.default

    def _place(self, order: Order) -> Place | None:
        text = self._one("cursor")
        if text is None:
            return None
        try:
            content = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            asked, shown, identifier = content
            value = None if shown is None else value_of(order.field, _plain(shown))
            place = Place(order=asked, value=value, id=UUID(hex=identifier))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            self._wrong("cursor", "This cursor was not made by this service.")
            return None
        if asked != order.text:
            self._wrong("cursor", "This cursor belongs to a list in another order.")
        return place

    def _search(self) -> str | None:
        text = self._one("q")
        if text is None:
            return None
        if not self._listable.search:
            self._wrong("q", "This list cannot be searched.", ErrorCode.VAL_UNKNOWN_FIELD)
        elif not text.strip():
            self._wrong("q", "Say what to search for.", ErrorCode.VAL_TOO_SHORT)
        elif len(text) > MAX_TEXT:
            self._wrong("q", f"q has at most {MAX_TEXT} characters.", ErrorCode.VAL_TOO_LONG)
        elif not writable(text):
            self._wrong("q", "This is not text.")
        return text

    def _conditions(self) -> list[Condition]:
        found: list[Condition] = []
        for name, texts in self._parameters.items():
            if name in RESERVED:
                continue
            field, operator = self._named(name)
            if field is None or operator is None:
                continue
            for text in texts:
                try:
                    value = compared(field, text, operator=operator)
                except Unreadable as exc:
                    self._wrong(name, exc.message, exc.code)
                else:
                    found.append(Condition(field=field, operator=operator, value=value))
        return found

    def _named(self, name: str) -> tuple[Field | None, Operator | None]:
        base, bracket, rest = name.partition("[")
        field = self._listable.fields.get(base)
        if field is None or not field.filters or (bracket and not rest.endswith("]")):
            self._wrong(name[:100], "There is no such parameter.", ErrorCode.VAL_UNKNOWN_FIELD)
            return None, None
        word = rest[:-1] if bracket else Operator.EQ
        if word not in field.operators:
            known = ", ".join(field.operators)
            self._wrong(name[:100], f"{base} knows {known}.", ErrorCode.VAL_UNKNOWN_FIELD)
            return None, None
        return field, Operator(word)

    def _wrong(
        self, field: str, message: str, code: ErrorCode = ErrorCode.VAL_INVALID_FORMAT
    ) -> None:
        self.errors.append(FieldError(field=field, code=code, message=message))


def _text(value: str | Decimal | datetime | UUID) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _plain(shown: object) -> str:
    """A cursor's value as it would stand in a query string."""
    if isinstance(shown, bool):
        return "true" if shown else "false"
    if isinstance(shown, str | int | float):
        return str(shown)
    raise TypeError("no value of a field")
