"""Numbers, flags and moments are taken as JSON and ISO 8601 write them, not as what looks alike.

pydantic's own strictness would also refuse texts for ids and words, which JSON has no types for.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, cast

from pydantic_core import CoreSchema, PydanticKnownError, core_schema

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-|[0-9]{2}:")  # a number of seconds is none


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise PydanticKnownError("bool_type")
    return value


def _whole(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticKnownError("int_type")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticKnownError("float_type")
    return value


def _moment(value: object) -> object:
    written = isinstance(value, str) and _MOMENT.match(value)
    if not (written or isinstance(value, datetime | date | time)):
        raise PydanticKnownError("datetime_type")
    return value


_CHECKS: dict[str, Callable[[object], object]] = {
    "bool": _flag,
    "int": _whole,
    "float": _number,
    "datetime": _moment,
    "date": _moment,
    "time": _moment,
}


def strict(schema: CoreSchema) -> CoreSchema:
    """The schema of a model, its fields' own types checked before they are read."""
    return cast("CoreSchema", _strict(schema))


def _strict(node: Any) -> Any:  # noqa: ANN401 -- schemas are nested dictionaries of every kind
    if isinstance(node, list):
        return [_strict(each) for each in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    known = cast("dict[str, Any]", node)
    kind = str(known.get("type"))
    if kind == "literal" and any(isinstance(each, bool) for each in known["expected"]):
        kind = "bool"  # 1 is not true, though it equals it
    check = _CHECKS.get(kind)
    if check is not None:
        return core_schema.no_info_before_validator_function(check, cast("CoreSchema", known))
    if known.get("type") == "function-before" and known["function"]["function"] in _CHECKS.values():
        return known
    return {
        name: each if name in {"metadata", "serialization"} else _strict(each)
        for name, each in known.items()
    }
