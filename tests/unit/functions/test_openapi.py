"""The OpenAPI document: valid, complete, and the one that is served."""

import json

import pytest
from openapi_spec_validator import validate

from chalicelib.openapi import document
from chalicelib.routes import GROUPS
from chalicelib.routes.docs import OPENAPI
from chalicelib.routing import Access

pytestmark = pytest.mark.unit


def test_the_document_is_valid_and_the_one_that_is_committed() -> None:
    made = document()

    validate(made)
    assert made == json.loads(OPENAPI.read_text())


def test_every_listed_route_says_who_may_use_it_and_how_it_fails() -> None:
    paths = document()["paths"]
    for group in GROUPS:
        for (method, path), access in group.access.items():
            operation = paths.get(path, {}).get(method.lower())
            if operation is None:
                continue
            assert operation["security"] == ([] if access is Access.PUBLIC else [{"bearer": []}])
            assert "ErrorEnvelope" in json.dumps(operation["responses"]["default"])


def test_only_aliases_and_the_docs_themselves_are_not_listed() -> None:
    listed = set(document()["paths"])
    routes = {path for group in GROUPS for _, path in group.access}

    assert routes - listed == {
        "/health",
        "/docs",
        "/openapi.json",
        "/api/twilio/incoming",
        "/api/twilio/status",
    }
