"""Checks of a tool's `input_schema` as the API makes them: an object, sound, closed if strict."""

from collections.abc import Mapping
from typing import cast

from infra.local.vendors.anthropic.errors import invalid

_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_COMBINED = ("oneOf", "allOf", "anyOf")


def check(schema: Mapping[str, object], *, where: str, strict: bool) -> None:
    """Raise ApiError when the schema is not one the API takes for a tool."""
    at = f"{where}.input_schema"
    if "type" not in schema:
        raise invalid(f"{at}.type: Field required")
    if schema["type"] != "object":
        raise invalid(f"{at}.type: Input should be 'object'")
    if any(keyword in schema for keyword in _COMBINED):
        raise invalid(
            f"{at}: input_schema does not support oneOf, allOf, or anyOf at the top level"
        )
    _check(schema, where=where, at=at, strict=strict)


def _check(schema: Mapping[str, object], *, where: str, at: str, strict: bool) -> None:
    _check_keywords(schema, at)
    properties = cast("Mapping[str, object]", schema.get("properties") or {})
    if (
        strict
        and schema.get("type") == "object"
        and schema.get("additionalProperties") is not False
    ):
        raise invalid(
            f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false"
        )
    nested = [*properties.values(), schema.get("items"), *_combined(schema)]
    for entry in nested:
        if isinstance(entry, Mapping):
            _check(cast("Mapping[str, object]", entry), where=where, at=at, strict=strict)
        elif entry is not None and not isinstance(entry, bool):
            raise _unsound(at)


def _check_keywords(schema: Mapping[str, object], at: str) -> None:
    kinds = schema.get("type", [])
    listed = cast("list[object]", kinds) if isinstance(kinds, list) else [kinds]
    required = schema.get("required", [])
    sound = (
        all(kind in _TYPES for kind in listed)
        and isinstance(schema.get("properties") or {}, Mapping)
        and isinstance(required, list)
        and all(isinstance(name, str) for name in cast("list[object]", required))
        and isinstance(schema.get("enum", []), list)
    )
    if not sound:
        raise _unsound(at)


def _combined(schema: Mapping[str, object]) -> list[object]:
    return [
        option
        for keyword in _COMBINED
        for option in cast("list[object]", schema.get(keyword) or [])
    ]


def _unsound(at: str) -> Exception:
    return invalid(
        f"{at}: JSON schema is invalid. It must match JSON Schema draft 2020-12"
        " (https://json-schema.org/draft/2020-12)."
    )
