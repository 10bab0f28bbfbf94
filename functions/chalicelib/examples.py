"""Examples for the API's description, made from its schemas: the same ones every time.

A schema's own `examples` come first, then what a field of that name usually holds.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

Schema = Mapping[str, Any]
_REF = "#/components/schemas/"
_DEEPEST = 8
_WORDS: Mapping[str, object] = {
    "email": "dana@brightwater.example",
    "contact_email": "hello@brightwater.example",
    "billing_email": "accounts@brightwater.example",
    "support_email": "support@brightwater.example",
    "password": "correct horse battery staple",
    "name": "Brightwater Dental",
    "display_name": "Brightwater Dental",
    "company_name": "Brightwater Dental LLC",
    "first_name": "Dana",
    "last_name": "Fox",
    "slug": "brightwater-dental",
    "timezone": "America/New_York",
    "language": "en-US",
    "currency": "USD",
    "address_country": "US",
    "country": "US",
    "title": "Opening hours",
    "content": "We are open from Monday to Friday, 8 to 17 o'clock.",
    "request_id": "0f2d7a4e-5c1b-4f57-9a39-3d8f6f0f7c11",
    "expires_at": "2036-01-15T00:00:00Z",
    "provider": "deepgram",
    "model": "aura-2-thalia-en",
    "llm_provider": "anthropic",
    "llm_model": "claude-haiku-4-5",
    "stt_provider": "deepgram",
    "stt_model": "nova-3",
    "permission": "calls.view",
    "role": "tenant_admin",
    "opens": "08:00:00",
    "closes": "17:00:00",
    "earliest": "09:00",
    "latest": "20:00",
    "opens_at": "08:00:00",
    "closes_at": "17:00:00",
    "description": "Books appointments of new patients.",
    "customer_name": "Sarah Miller",
    "service": "cleaning",
    "resource": "Chair 1",
    "starts_at": "2036-01-15T15:00:00Z",
    "ends_at": "2036-01-15T15:45:00Z",
}
# For patterns and formats; the first that fits.
_CANDIDATES = (
    "brightwater-dental",
    "Brightwater Dental",
    "brightwater",
    "+12125550142",
    "#1a73e8",
    "US",
    "USD",
    "en-US",
    "brightwater.example",
    "https://www.brightwater.example/hook",
    "09:00",
    "09:00:00",
    "2026-11-21",
    "book_appointment",
    "calls.view",
    "404",
    "12",
    "a1b2c3",
    "0123456789abcdef",
)
_ALTERNATIVES = re.compile(r"[a-z_]+")
_FORMATS = {
    "uuid": "01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10",
    "date-time": "2026-11-21T15:04:05Z",
    "date": "2026-11-21",
    "time": "09:00:00",
    "email": "dana@brightwater.example",
    "uri": "https://www.brightwater.example/hook",
    "uri-reference": "/hook",
    "duration": "PT30S",
}


def example_of(schema: Schema, *, schemas: Mapping[str, Schema], name: str = "") -> Any:  # noqa: ANN401 -- JSON
    """A value that `schema` takes; `schemas` are those it may refer to."""
    return _Maker(schemas).value(schema, name=name, depth=0)


class _Maker:
    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def value(self, schema: Schema, *, name: str, depth: int) -> Any:  # noqa: ANN401 -- JSON
        if given := schema.get("examples"):
            return given[0]
        if words := schema.get("enum"):
            return _WORDS[name] if _WORDS.get(name) in words else words[0]
        if "const" in schema:
            return schema["const"]
        if reference := schema.get("$ref"):
            target = self._schemas[str(reference).removeprefix(_REF)]
            return self.value(target, name=name, depth=depth)
        for union in ("allOf", "anyOf", "oneOf"):
            if choices := schema.get(union):
                return self.value(_first(choices), name=name, depth=depth)
        kind = schema.get("type")
        kind = cast("list[str]", kind)[0] if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth=depth)
        if kind == "array":
            return self._array(schema, name=name, depth=depth)
        return _simple(schema, kind=str(kind), name=name)

    def _object(self, schema: Schema, *, depth: int) -> dict[str, Any]:
        properties: Mapping[str, Schema] = schema.get("properties") or {}
        required = schema.get("required") or ()
        return {
            name: self.value(each, name=name, depth=depth + 1)
            for name, each in properties.items()
            if name in required or (depth < _DEEPEST and "default" not in each)
        }

    def _array(self, schema: Schema, *, name: str, depth: int) -> list[Any]:
        if depth >= _DEEPEST or "items" not in schema:
            return []
        singular = name.removesuffix("s")
        return [self.value(schema["items"], name=singular, depth=depth + 1)] * max(
            1, int(schema.get("minItems", 1))
        )


def _first(choices: list[Schema]) -> Schema:
    """The first that says more than null."""
    return next((each for each in choices if each.get("type") != "null"), choices[0])


def _simple(schema: Schema, *, kind: str, name: str) -> Any:  # noqa: ANN401 -- JSON
    if kind == "boolean":
        return True
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        return int(min(max(least, 1), schema.get("maximum", 1)))
    if kind == "null":
        return None
    if kind != "string":
        return {}
    return _text(schema, name=name)


def _text(schema: Schema, *, name: str) -> str:
    known = [_WORDS[name]] if name in _WORDS else []
    if name.endswith("url"):
        known.append(_FORMATS["uri"])
    if "phone" in name or name.endswith("number"):
        known.append("+12125550142")
    if formatted := _FORMATS.get(str(schema.get("format"))):
        known.append(formatted)
    words = _ALTERNATIVES.findall(str(schema.get("pattern", "")))  # of ^(one|two)$
    texts = (str(text) for text in (*known, *_CANDIDATES, *words))
    found = next((text for text in texts if _fits(text, schema)), None)
    return found or "x" * max(1, int(schema.get("minLength", 1)))


def _fits(text: str, schema: Schema) -> bool:
    if not int(schema.get("minLength", 0)) <= len(text) <= int(schema.get("maxLength", 1 << 20)):
        return False
    return "pattern" not in schema or re.search(str(schema["pattern"]), text) is not None
