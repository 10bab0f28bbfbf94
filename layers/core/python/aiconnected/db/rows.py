"""Rows as domain values: dataclasses by column names, enums and tuples given back their types."""

import dataclasses
import types
from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from psycopg import Cursor
from psycopg.rows import RowMaker, no_result

T = TypeVar("T")
Converter = Callable[[Any], Any]


def record(kind: type[T]) -> Callable[[Cursor[Any]], RowMaker[T]]:
    """Row factory for the dataclass `kind`; its fields are the statement's columns."""

    def factory(cursor: Cursor[Any]) -> RowMaker[T]:
        result = cursor.pgresult
        if result is None or not result.nfields:
            return no_result
        fields = _fields(kind)
        # Not of `description`, which tells much more of each column.
        names = [(result.fname(index) or b"").decode() for index in range(result.nfields)]
        converted = [(name, convert) for name in names if (convert := fields.get(name))]

        def make(values: Sequence[Any]) -> T:
            given = dict(zip(names, values, strict=True))
            for name, convert in converted:
                given[name] = convert(given[name])
            return kind(**given)

        return make

    return factory


def scalar(kind: type[T]) -> Callable[[Cursor[Any]], RowMaker[T]]:
    """Row factory for statements of one column."""

    def factory(cursor: Cursor[Any]) -> RowMaker[T]:
        result = cursor.pgresult
        if result is None or not result.nfields:
            return no_result
        convert = _converter(kind)

        def make(values: Sequence[Any]) -> T:
            return convert(values[0]) if convert else values[0]

        return make

    return factory


@cache
def _fields(kind: type) -> dict[str, Converter | None]:
    hints = get_type_hints(kind)
    return {f.name: _converter(hints[f.name]) for f in dataclasses.fields(kind)}


def _converter(hint: Any) -> Converter | None:  # noqa: ANN401 -- a type hint may be anything
    """What turns PostgreSQL's value into the hint's; None when psycopg's own type is right."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        # Not by calling the enum: many rows have many of them.
        return {None: None, **{member.value: member for member in hint}}.__getitem__
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        found = [c for a in arguments if a is not types.NoneType and (c := _converter(a))]
        return found[0] if found else None
    if origin is tuple:
        inner = _converter(arguments[0])
        return _unless_none(tuple if inner is None else lambda v: tuple(map(inner, v)))
    return None


def _unless_none(convert: Converter) -> Converter:
    return lambda value: None if value is None else convert(value)
