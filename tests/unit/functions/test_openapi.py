"""The OpenAPI document: valid, complete, and the one that is served."""

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from aiconnected.auth.permissions import Permission
from aiconnected.kit.errors import ErrorCode
from chalicelib.declared import Access, Declared, Pace
from chalicelib.openapi import document
from chalicelib.routes import GROUPS
from chalicelib.routes.docs import OPENAPI
from chalicelib.shaping import fields_of

pytestmark = pytest.mark.unit

ALIASES = {"/api/v1/knowledge-bases/{knowledge_base_id}/query"}


@cache
def made() -> dict[str, Any]:
    return document()


def operations() -> list[tuple[str, str, Declared, dict[str, Any]]]:
    """Method, path, declaration and description of every listed route."""
    paths = made()["paths"]
    return [
        (method, path, declared, paths[path][method.lower()])
        for group in GROUPS
        for (method, path), declared in group.declared.items()
        if method.lower() in paths.get(path, {})
    ]


def resolved(part: Any) -> Any:  # noqa: ANN401 -- JSON
    """What a `$ref` of the document stands for."""
    while isinstance(part, dict) and "$ref" in part:
        found: Any = made()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def takes(schema: dict[str, Any], value: Any) -> list[str]:  # noqa: ANN401 -- JSON
    """What a schema of the document has against a value."""
    whole = schema | {"components": made()["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_the_document_is_valid_and_the_one_that_is_committed() -> None:
    validate(made())
    assert made()["openapi"].startswith("3.1")
    assert made() == json.loads(OPENAPI.read_text())


def test_every_listed_route_says_who_may_use_it_and_how_it_fails() -> None:
    for method, path, declared, operation in operations():
        public = declared.access is Access.PUBLIC
        assert operation["security"] == ([] if public else [{"bearer": []}, {"api_key": []}])
        default = resolved(operation["responses"]["default"])
        assert "ErrorEnvelope" in json.dumps(default), (method, path)
        for status in {"401", "429"} - ({"401"} if public else set()):
            assert (status in operation["responses"]) is (
                status == "401" or declared.pace is not Pace.FREE
            )
        if isinstance(declared.access, Permission):
            assert operation["x-permission"] == declared.access
            assert operation["x-roles"]["platform_admin"] == "scope"
            assert "403" in operation["responses"]


def test_a_list_describes_all_that_can_be_asked_of_it_and_nothing_else() -> None:
    for _, path, declared, operation in operations():
        if declared.listable is None:
            continue
        names = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
        filters = {
            field.name if operator == "eq" else f"{field.name}[{operator}]"
            for field in declared.listable.fields.values()
            if field.filters
            for operator in field.operators
        }
        page = {"limit", "offset", "cursor", "sort"}
        page |= {"fields"} if fields_of(declared.handler) else set()
        page |= {"q"} if declared.listable.search else set()
        assert filters | page == names, path


def test_what_the_list_of_agencies_can_be_asked() -> None:
    parameters = made()["paths"]["/api/v1/agencies"]["get"]["parameters"]
    schemas = {each["name"]: each for each in parameters}

    assert schemas["status"]["schema"]["enum"] == ["active", "suspended", "cancelled"]
    assert schemas["status[in]"]["explode"] is False
    assert schemas["sort"]["schema"]["default"] == "-created_at"
    assert schemas["created_at[gte]"]["schema"]["format"] == "date-time"
    assert schemas["limit"]["schema"]["maximum"] == 100
    assert "If-None-Match" in schemas


def test_headers_of_versions_repetition_and_limits_are_described() -> None:
    paths = made()["paths"]
    change = paths["/api/v1/agencies/{agency_id}"]["patch"]
    add = paths["/api/v1/agencies"]["post"]

    assert "If-Match" in {each["name"] for each in change["parameters"]}
    assert "412" in change["responses"]
    assert "Idempotency-Key" in {each["name"] for each in add["parameters"]}
    assert "X-RateLimit-Remaining" in add["responses"]["201"]["headers"]
    assert "ETag" in paths["/api/v1/agencies"]["get"]["responses"]["200"]["headers"]


def test_every_code_of_the_catalogue_has_an_example_under_its_status() -> None:
    shown = {
        (status, code)
        for status, response in made()["components"]["responses"].items()
        for code in response["content"]["application/json"]["examples"]
        if status != "default"
    }

    assert shown == {(str(code.status), code.value) for code in ErrorCode}


def test_every_example_is_what_its_schema_takes() -> None:
    wrong: list[object] = []
    for response in made()["components"]["responses"].values():
        media = response["content"]["application/json"]
        wrong += [takes(media["schema"], each["value"]) for each in media["examples"].values()]
    count = 0
    for method, path, _, operation in operations():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            media = body.get("content", {}).get("application/json", {})
            if "example" in media:
                count += 1
                if mistakes := takes(media["schema"], media["example"]):
                    wrong.append((method, path, mistakes, media["example"]))

    assert [each for each in wrong if each] == []
    assert count > 10


def test_every_json_that_is_taken_or_given_has_an_example() -> None:
    for method, path, _, operation in operations():
        for status, body in [
            ("request", operation.get("requestBody", {})),
            *(
                (status, each)
                for status, each in operation["responses"].items()
                if status[0] == "2"
            ),
        ]:
            media = body.get("content", {}).get("application/json")
            assert media is None or "example" in media or "examples" in media, (
                method, path, status
            )  # fmt: skip


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, _, operation in operations()]

    assert len(names) == len(set(names))
    assert "list_agencies" in names


def test_only_aliases_and_the_docs_themselves_are_not_listed() -> None:
    listed = set(made()["paths"])
    routes = {path for group in GROUPS for _, path in group.declared}

    unlisted = routes - listed
    assert {path for path in unlisted if path.startswith("/api/v1/")} <= ALIASES
    assert {"/health", "/docs", "/openapi.json", "/api/twilio/incoming"} <= unlisted
