"""The Postman collection: the committed one, and every route of the document in it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.api.postman import COLLECTION, DOCUMENT, collection

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(DOCUMENT.read_text())


def requests(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for folder in made["item"]:
        yield from (item["request"] for item in folder["item"])


def test_the_committed_collection_is_what_the_document_makes(document: dict[str, Any]) -> None:
    assert json.loads(COLLECTION.read_text()) == collection(document)


def test_every_route_is_a_request_in_the_folder_of_its_noun(document: dict[str, Any]) -> None:
    made = {
        (request["method"], "/" + "/".join(request["url"]["path"]))
        for request in requests(collection(document))
    }

    assert made == {
        (method.upper(), path.replace("{", ":").replace("}", ""))
        for path, operations in document["paths"].items()
        for method in operations
    }


def test_a_request_carries_what_postman_needs_to_send_it(document: dict[str, Any]) -> None:
    for request in requests(collection(document)):
        names = {each["key"] for each in request["url"].get("variable", ())}
        assert names == {step[1:] for step in request["url"]["path"] if step[0] == ":"}
        assert request["url"]["raw"].startswith("{{base_url}}/")
        if "body" in request:
            json.loads(request["body"]["raw"])
            assert {"key": "Content-Type", "value": "application/json"} in request["header"]


def test_a_public_route_is_sent_without_a_token(document: dict[str, Any]) -> None:
    by_path = {
        "/".join(request["url"]["path"]): request for request in requests(collection(document))
    }

    assert by_path["api/v1/auth/login"]["auth"] == {"type": "noauth"}
    assert "auth" not in by_path["api/v1/auth/me"]
