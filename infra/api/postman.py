"""Writes the API as a Postman collection 2.1, which n8n's HTTP nodes are filled from as well.

`python -m infra.api.postman`. The only source is the committed OpenAPI document.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.stack.layout import ROOT

DOCUMENT = ROOT / "functions" / "chalicelib" / "openapi.json"
COLLECTION = ROOT / "infra" / "api" / "voice.postman_collection.json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_JSON = "application/json"


def collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """The collection: a folder for each tag, a request for each route."""
    folders: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            request = _request(method.upper(), path, operation=operation)
            folders[operation["tags"][0]].append(request)
    return {
        "info": {"name": document["info"]["title"], "schema": _SCHEMA},
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}],
        },
        "variable": [
            {"key": "base_url", "value": "https://api.example.com"},
            {"key": "access_token", "value": ""},
        ],
        "item": [{"name": tag, "item": folders[tag]} for tag in sorted(folders)],
    }


def _request(method: str, path: str, *, operation: Mapping[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "header": [],
        "url": _url(path, operation=operation),
        "description": _described(operation),
    }
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            request["header"].append(
                {"key": parameter["name"], "value": "", "disabled": not parameter["required"]}
            )
    media = operation.get("requestBody", {}).get("content", {}).get(_JSON)
    if media is not None:
        request["header"].append({"key": "Content-Type", "value": _JSON})
        request["body"] = {
            "mode": "raw",
            "raw": json.dumps(media.get("example", {}), indent=2, ensure_ascii=False),
            "options": {"raw": {"language": "json"}},
        }
    return {"name": operation.get("summary", operation["operationId"]), "request": request}


def _url(path: str, *, operation: Mapping[str, Any]) -> dict[str, Any]:
    steps = [_step(step) for step in path.strip("/").split("/")]
    query = [
        {
            "key": parameter["name"],
            "value": "",
            "description": parameter.get("description", ""),
            "disabled": True,
        }
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]
    variables = [{"key": step[1:], "value": ""} for step in steps if step.startswith(":")]
    url: dict[str, Any] = {
        "raw": "{{base_url}}/" + "/".join(steps),
        "host": ["{{base_url}}"],
        "path": steps,
    }
    return (
        url | ({"query": query} if query else {}) | ({"variable": variables} if variables else {})
    )


def _step(step: str) -> str:
    return f":{step[1:-1]}" if step.startswith("{") else step


def _described(operation: Mapping[str, Any]) -> str:
    return "\n\n".join(_sentences(operation))


def _sentences(operation: Mapping[str, Any]) -> Iterator[str]:
    yield operation.get("summary", "")
    if permission := operation.get("x-permission"):
        yield f"Needs the permission `{permission}`."
    if operation.get("deprecated"):
        yield "Deprecated."


def main() -> None:
    """Write the file."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    text = json.dumps(collection(document), indent=1, ensure_ascii=False)
    COLLECTION.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
