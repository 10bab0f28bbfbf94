"""Bodies that routes take: the examples of the API's description, with ids of rows that exist."""

import json
from functools import cache
from typing import Any, cast

from chalicelib.routes.docs import OPENAPI
from tests.fixtures.world import Place, World, table_of

_JSON = "application/json"
ALIASES = {  # routes that are not described -> those that are
    ("POST", "/api/v1/knowledge-bases/{knowledge_base_id}/query"): (
        "POST",
        "/api/v1/knowledge-bases/{knowledge_base_id}/search",
    ),
    ("POST", "/api/calls/outbound"): ("POST", "/api/v1/calls/outbound"),
}


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """The committed description by method and path."""
    paths: dict[str, dict[str, Any]] = json.loads(OPENAPI.read_text())["paths"]
    return {
        (method.upper(), path): described
        for path, methods in paths.items()
        for method, described in methods.items()
    }


def body_of(route: tuple[str, str], world: World, place: Place) -> dict[str, Any]:
    """What a route takes, naming rows of `place`; empty where it takes nothing."""
    content = (
        operations().get(ALIASES.get(route, route), {}).get("requestBody", {}).get("content", {})
    )
    example = content.get(_JSON, {}).get("example", {})
    return cast("dict[str, Any]", _named(example, world, place))


def _named(value: object, world: World, place: Place) -> object:
    if isinstance(value, list):
        return [_named(each, world, place) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    found: dict[str, object] = {}
    for name, each in cast("dict[str, object]", value).items():
        single = name.removesuffix("s")
        if not single.endswith("_id") or single == "external_id":
            found[name] = _named(each, world, place)
        elif single in {"agency_id", "tenant_id"} or world.has(table_of(single)):
            named = world.parameter(single, place)
            found[name] = named if name == single else [named]
    return found
