"""Parameters and headers that the conventions give to routes, for the API's description."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiconnected.auth.permissions import OF_AGENCIES
from aiconnected.kit.fields import MAX_TEXT, MAX_VALUES, Field, Kind, Operator
from aiconnected.kit.listing import MAX_OFFSET, Listable
from aiconnected.kit.paging import DEFAULT_LIMIT, MAX_LIMIT
from chalicelib.declared import Access, Declared
from chalicelib.shaping import fields_of

Described = dict[str, Any]
_INTEGERS = {"smallint": 15, "integer": 31, "bigint": 63}
_ANY_TEXT = {"type": "string", "maxLength": MAX_TEXT}
_KINDS: Mapping[Kind, Described] = {
    Kind.TEXT: _ANY_TEXT,
    Kind.WORD: _ANY_TEXT,
    Kind.PHONE: _ANY_TEXT,
    Kind.NUMBER: {"type": "number", "minimum": -1e18, "maximum": 1e18},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.ID: {"type": "string", "format": "uuid"},
    Kind.FLAG: {"type": "boolean"},
}
_MEANINGS: Mapping[Operator, str] = {
    Operator.EQ: "equals",
    Operator.NE: "does not equal",
    Operator.GT: "is greater than",
    Operator.GTE: "is at least",
    Operator.LT: "is less than",
    Operator.LTE: "is at most",
    Operator.IN: "is one of",
    Operator.NIN: "is none of",
    Operator.CONTAINS: "contains",
    Operator.STARTS: "starts with",
    Operator.NULL: "is empty:",
}
HEADERS: Mapping[str, Described] = {
    "X-Request-Id": {
        "description": "Names this request in our logs.",
        "schema": {"type": "string"},
    },
    "X-RateLimit-Limit": {
        "description": "Requests in the window that is nearest to being full.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "Requests that are left in it.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "When it begins anew, in Unix seconds.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {
        "description": "Seconds after which to come again.",
        "schema": {"type": "integer"},
    },
    "ETag": {
        "description": "Version of what is answered, for `If-Match` and `If-None-Match`.",
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true` on the first answer given again.",
        "schema": {"type": "string"},
    },
    "Deprecation": {
        "description": "When the route was deprecated (RFC 9745).",
        "schema": {"type": "string"},
    },
    "Sunset": {
        "description": "When the route will be gone (RFC 8594).",
        "schema": {"type": "string"},
    },
}
RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def parameters_of(method: str, declared: Declared) -> list[Described]:
    """What the conventions let a caller send with a request to a route."""
    found = list(_of_list(declared.listable)) if declared.listable is not None else []
    names = sorted(fields_of(declared.handler)) if method == "GET" else []
    if names:
        said = "Fields of the resource that are answered, with commas; all of them without it."
        schema = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1}
        found.append(_query("fields", schema, description=said))
    if method == "GET":
        said = "Answered with 304 when it is still the version."
        found.append(_header("If-None-Match", {"type": "string"}, description=said))
    if method == "POST" and declared.access is not Access.PUBLIC:
        said = "A request that is sent again with the same key has its first answer, for a day."
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        found.append(_header("Idempotency-Key", schema, description=said))
    if declared.access in OF_AGENCIES:
        said = "Support grant by which somebody of the platform acts in an agency's view."
        found.append(_header("X-Support-Grant", _KINDS[Kind.ID], description=said))
    if _compares_versions(declared.handler):
        said = "The `ETag` that was read: another version is not changed (412)."
        found.append(_header("If-Match", {"type": "string"}, description=said))
    return found


def _compares_versions(handler: Callable[..., object]) -> bool:
    """Whether it, or a function of its module that it calls, reads `If-Match`."""
    module = inspect.getmodule(handler)
    called = inspect.getclosurevars(handler).globals.values()
    near = (each for each in called if inspect.isfunction(each))
    own = [handler, *(each for each in near if inspect.getmodule(each) is module)]
    return any("expected(request)" in inspect.getsource(each) for each in own)


def _of_list(listable: Listable) -> Iterable[Described]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    yield _query("limit", limit, description="Rows of a page.")
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    yield _query("offset", offset, description="Rows to leave out; beyond that take the cursor.")
    said = "`meta.next_cursor` of the page before; pages stay true while rows are added."
    yield _query("cursor", {"type": "string"}, description=said)
    sort = {"type": "string", "enum": list(listable.sorts), "default": listable.default.text}
    yield _query("sort", sort, description="Order of the rows; `-` is descending.")
    if listable.search:
        search = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
        yield _query("q", search, description="Rows that contain this text.")
    for field in listable.fields.values():
        if field.filters:
            yield from (_filter(field, operator) for operator in field.operators)


def _filter(field: Field, operator: Operator) -> Described:
    name = field.name if operator is Operator.EQ else f"{field.name}[{operator}]"
    said = f"{field.name} {_MEANINGS[operator]} this."
    if operator is Operator.NULL:
        return _query(name, {"type": "boolean"}, description=said)
    if operator in {Operator.CONTAINS, Operator.STARTS}:
        return _query(name, _ANY_TEXT, description=said)
    if operator in {Operator.IN, Operator.NIN}:
        schema = {"type": "array", "items": _value(field), "minItems": 1, "maxItems": MAX_VALUES}
        return _query(name, schema, description=said)
    return _query(name, _value(field), description=said)


def _value(field: Field) -> Described:
    if field.choices:
        return {"type": "string", "enum": [str(choice) for choice in field.choices]}
    if bits := _INTEGERS.get(field.type):
        return {"type": "integer", "minimum": -(1 << bits), "maximum": (1 << bits) - 1}
    return dict(_KINDS[field.kind])


def _query(name: str, schema: Mapping[str, Any], *, description: str) -> Described:
    described: Described = {
        "in": "query",
        "name": name,
        "required": False,
        "description": description,
        "schema": dict(schema),
    }
    if schema["type"] == "array":  # a,b,c
        described |= {"style": "form", "explode": False}
    return described


def _header(name: str, schema: Mapping[str, Any], *, description: str) -> Described:
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": description,
        "schema": dict(schema),
    }
