"""Traps for bodies, made of the API's own description: each request is wrong in one place."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from chalicelib.routes.docs import OPENAPI

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]
Bad = tuple[str, object, frozenset[str]]  # what it is, the value, how it may be told

TOO_LONG = frozenset({"VAL_TOO_LONG"})
RANGE = frozenset({"VAL_OUT_OF_RANGE"})
ENUM = frozenset({"VAL_INVALID_ENUM"})
REQUIRED = frozenset({"VAL_REQUIRED"})
UNKNOWN = frozenset({"VAL_UNKNOWN_FIELD"})
FORMAT = frozenset({
    "VAL_INVALID_FORMAT", "VAL_INVALID_EMAIL", "VAL_INVALID_PHONE", "VAL_INVALID_URL",
    "VAL_INVALID_UUID", "VAL_INVALID_ENUM", "VAL_TOO_LONG", "VAL_TOO_SHORT",
})  # fmt: skip
TYPE = FORMAT | {"VAL_INVALID_TYPE"}
# Longer than whatever one field may hold.
ENDLESS = 1_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A body that must be refused: where it is wrong, and with which codes that may be told."""

    kind: str
    body: object
    path: Path
    codes: frozenset[str]

    @property
    def field(self) -> str:
        """As errors name it."""
        return ".".join(str(step) for step in self.path)


@cache
def _schemas() -> dict[str, Schema]:
    return cast("dict[str, Schema]", json.loads(OPENAPI.read_text())["components"]["schemas"])


def plain(schema: Schema) -> Schema:
    """The schema itself: behind references, and without the alternative of null."""
    if "$ref" in schema:
        return plain(_schemas()[schema["$ref"].rpartition("/")[2]])
    for each in ("anyOf", "allOf", "oneOf"):
        kinds = [plain(one) for one in schema.get(each, ()) if one.get("type") != "null"]
        if len(kinds) == 1:
            return {**schema, **kinds[0]}
    return schema


def nullable(schema: Schema) -> bool:
    """Whether null is one of its values."""
    return any(one.get("type") == "null" for one in schema.get("anyOf", ())) or (
        "type" not in plain(schema) and "anyOf" not in schema
    )


def placed(body: object, path: Path, value: object) -> object:
    """The body with `value` at `path`, which is made where it is not there."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        items = list(cast("Sequence[object]", body)) if isinstance(body, list) else []
        inner = items[0] if items else {}
        return [placed(inner, tuple(rest), value), *items[1:]]
    fields = dict(cast("Mapping[str, object]", body)) if isinstance(body, dict) else {}
    return fields | {step: placed(fields.get(step, {}), tuple(rest), value)}


def without(body: object, path: Path) -> object:
    """The body without what is at `path`."""
    copy = deepcopy(body)
    at: Any = copy
    for step in path[:-1]:
        at = at[step]
    at.pop(path[-1])
    return copy


def fields(schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema, bool]]:
    """Everything that has a place in a body: path, schema, whether it must be given."""
    schema = plain(schema)
    for name, each in schema.get("properties", {}).items():
        yield (*path, name), each, name in schema.get("required", ())
        yield from fields(each, (*path, name))
    if schema.get("type") == "array" and "items" in schema:
        yield (*path, 0), schema["items"], False
        yield from fields(schema["items"], (*path, 0))


def traps(schema: Schema, body: object) -> Iterator[Trap]:
    """All traps for a body of this schema; `body` is right."""
    yield from _objects(schema, body, ())
    for path, each, needed in fields(schema):
        kind = plain(each)
        yield from _wrong(kind, body, path)
        if kind.get("type") == "object" and "properties" in kind:
            yield from _objects(kind, body, path)
        if not nullable(each):
            yield Trap(kind="null", body=placed(body, path, None), path=path, codes=TYPE)
        if needed and _has(body, path):
            yield Trap(kind="missing", body=without(body, path), path=path, codes=REQUIRED)


def _has(body: object, path: Path) -> bool:
    at: Any = body
    for step in path:
        try:
            at = at[step]
        except (KeyError, IndexError):
            return False
    return True


def _objects(schema: Schema, body: object, path: Path) -> Iterator[Trap]:
    if plain(schema).get("additionalProperties") is False:
        inner = (*path, "nobody_knows_this")
        yield Trap(kind="unknown field", body=placed(body, inner, 1), path=inner, codes=UNKNOWN)


def _wrong(schema: Schema, body: object, path: Path) -> Iterator[Trap]:
    """What a value of this schema cannot be."""
    values: dict[str, Callable[[], Iterator[Bad]]] = {
        "string": lambda: _bad_texts(schema),
        "integer": lambda: _bad_numbers(schema),
        "number": lambda: _bad_numbers(schema),
        "boolean": lambda: iter(_BAD_FLAGS),
        "array": lambda: _bad_lists(schema, _first(body, path)),
        "object": lambda: _bad_objects(schema),
    }
    for kind, value, codes in values.get(str(schema.get("type")), lambda: iter(()))():
        yield Trap(kind=kind, body=placed(body, path, value), path=path, codes=codes)


def _first(body: object, path: Path) -> object:
    at: Any = body
    for step in path:
        at = at.get(step, {}) if isinstance(at, dict) else at[0]
    return at[0] if isinstance(at, list) and at else "x"


def _bad_texts(schema: Schema) -> Iterator[Bad]:
    yield "object for text", {"a": ["b"]}, TYPE
    yield "number for text", 7, TYPE
    if "enum" in schema or "const" in schema:
        yield "unknown word", "nobody-knows-this", TYPE if "const" in schema else ENUM
        return
    longest = schema.get("maxLength")
    shaped = "pattern" in schema or "format" in schema
    text = "a" * (longest + 1 if longest else ENDLESS)
    yield "too long", text, TYPE if shaped or not longest else TOO_LONG
    if schema.get("minLength"):
        yield "empty", "", TYPE
    yield "null byte", "a\0b", TYPE
    yield "half a pair", "a\ud83d", TYPE
    if shaped:
        yield "nonsense", "\u202e \u2603", TYPE
    if schema.get("format") == "date-time":
        yield "moment of no zone", "2027-01-31T10:00:00", TYPE
        yield "seconds", "1800000000", TYPE
        yield "after all years", "9999-12-31T23:59:59-12:00", RANGE
        yield "before all years", "0001-01-01T00:00:00+12:00", RANGE


def _bad_numbers(schema: Schema) -> Iterator[Bad]:
    yield "text for number", "seven", TYPE
    yield "number as text", "20", TYPE
    yield "flag for number", True, TYPE
    yield "object for number", {"a": 1}, TYPE
    yield "huge number", 10**400, TYPE | RANGE
    for name, beyond in (("minimum", -1), ("maximum", 1)):
        if name in schema:
            yield f"beyond {name}", schema[name] + beyond, RANGE


def _bad_lists(schema: Schema, item: object) -> Iterator[Bad]:
    yield "text for list", "one, two", TYPE
    if "maxItems" in schema:
        yield "too many", [item] * (schema["maxItems"] + 1), TYPE


def _bad_objects(schema: Schema) -> Iterator[Bad]:
    yield "list for object", ["a"], TYPE
    if schema.get("additionalProperties") is not False:
        yield from _BAD_OBJECTS


def _nested(levels: int) -> object:
    value: object = "deep"
    for _ in range(levels):
        value = {"a": value}
    return value


_BAD_FLAGS: tuple[Bad, ...] = (
    ("text for flag", "true", TYPE),
    ("number for flag", 1, TYPE),
    ("list for flag", [True], TYPE),
)
_BAD_OBJECTS: tuple[Bad, ...] = (
    ("null byte within", {"a": ["b\0"]}, TYPE),
    ("null byte in a name", {"a\0": 1}, TYPE),
    ("half a pair within", {"a": "\udc00"}, TYPE),
    ("deep", _nested(60), TYPE),
    ("much", {"a": "b" * ENDLESS}, TYPE),
)
