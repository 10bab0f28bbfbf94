"""The OpenAPI 3.1 document, written to `openapi.json`: `python -m chalicelib.openapi`.

The handler never imports this but serves the file: Powertools' models cost 100 ms of a cold start.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, cast, get_origin, get_type_hints

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from aiconnected.auth.permissions import PERMISSIONS, Permission
from aiconnected.kit.errors import ErrorCode
from chalicelib.declared import Access, Declared, Pace
from chalicelib.examples import example_of
from chalicelib.http import Api
from chalicelib.parameters import HEADERS, RATE_HEADERS, Described, parameters_of
from chalicelib.routes.docs import OPENAPI
from chalicelib.routes.every import GROUPS
from chalicelib.schemas.envelopes import ErrorEnvelope
from chalicelib.services import Services
from chalicelib.settings import Settings

TITLE = "Voice API"
VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_BEARER, _API_KEY = "bearer", "api_key"
_SIGNED_IN: list[dict[str, list[str]]] = [{_BEARER: []}, {_API_KEY: []}]
# Powertools' own, in the place of which our envelope stands.
_UNUSED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_TWIML = "/api/v1/webhooks/twilio/"
_JSON = "application/json"
_STATUSES = {
    400: "The request is malformed, or breaks a rule of its fields",
    401: "Nobody is signed in, or not any more",
    403: "Not permitted",
    404: "There is no such resource, or it is not yours",
    405: "The resource does not know this method",
    409: "The resource is in another state than the request expects",
    410: "The resource was deleted",
    412: "The resource has changed since it was read",
    413: "The request is too large",
    415: "The content is of another type than the route takes",
    422: "Well-formed, but against a rule of the business",
    423: "The resource is locked",
    429: "Too many requests",
    500: "Something went wrong on our side",
    502: "An outside service failed",
    503: "Not at the moment",
    504: "It took too long",
}


def document() -> dict[str, Any]:
    """The whole description; no setting and no service is touched for it."""
    api = Api(GROUPS, Services(Settings.model_construct()))
    every = api.declared  # with which the resolver knows every route
    described: dict[str, Any] = json.loads(
        api.resolver.get_openapi_json_schema(
            title=TITLE,
            version=VERSION,
            security_schemes={_BEARER: HTTPBearer(bearerFormat="JWT")},
        )
    )
    components = described["components"]
    schemas = components["schemas"]
    for name in _UNUSED:
        schemas.pop(name, None)
    envelope = ErrorEnvelope.model_json_schema(ref_template=_REF)
    schemas |= envelope.pop("$defs") | {ErrorEnvelope.__name__: envelope}
    components["headers"] = {name: dict(header) for name, header in HEADERS.items()}
    components["responses"] = _errors()
    components["securitySchemes"][_API_KEY] = {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
    }
    names = Counter(declared.handler.__name__ for declared in every.values())
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            declared = every[method.upper(), path]
            name = declared.handler.__name__
            unique = names[name] == 1
            operation["operationId"] = name if unique else f"{operation['tags'][0]}_{name}"
            if method == "patch":
                _forget_defaults(operation, schemas)
            _complete(operation, (method.upper(), path), declared=declared, schemas=schemas)
    _tell_times(described)
    described.pop("servers", None)  # relative to wherever it is served from
    return described


def _tell_times(part: object) -> None:
    """Times of day are a client's own: JSON Schema's `time` has a zone (RFC 3339 §5.6)."""
    if isinstance(part, list):
        for each in cast("list[object]", part):
            _tell_times(each)
    elif isinstance(part, dict):
        known = cast("Described", part)
        if known.get("format") == "time":
            del known["format"]
            known["pattern"] = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"
        for each in known.values():
            _tell_times(each)


def _complete(
    operation: Described,
    route: tuple[str, str],
    *,
    declared: Declared,
    schemas: Mapping[str, Any],
) -> None:
    method, path = route
    known = operation.setdefault("parameters", [])
    names = {each["name"].lower() for each in known}
    known += [p for p in parameters_of(method, declared) if p["name"].lower() not in names]
    if not known:
        del operation["parameters"]
    operation["security"] = [] if declared.access is Access.PUBLIC else _SIGNED_IN
    if isinstance(declared.access, Permission):
        operation["x-permission"] = declared.access.value
        operation["x-roles"] = {
            role.value: reach.value
            for role, permissions in PERMISSIONS.items()
            if (reach := permissions.get(declared.access))
        }
    _answers(operation, route, declared=declared)
    if get_origin(get_type_hints(declared.handler).get("return")) is Response:
        _tell_text(operation)
    if path.startswith(_TWIML):
        operation["requestBody"] = _FORM
        if "200" in operation["responses"]:
            operation["responses"]["200"] = {"description": "TwiML", "content": {"text/xml": {}}}
    for media in _contents(operation):
        if "schema" in media and "example" not in media and "examples" not in media:
            media["example"] = example_of(media["schema"], schemas=schemas)


def _forget_defaults(operation: Described, schemas: Mapping[str, Any]) -> None:
    """What a PATCH does not name stays as it is: the models' defaults are none of the callers'."""
    media = operation.get("requestBody", {}).get("content", {}).get(_JSON, {})
    name = str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    for described in schemas.get(name, {}).get("properties", {}).values():
        described.pop("default", None)


def _tell_text(operation: Described) -> None:
    """A handler that makes its own answer makes a file."""
    for status, response in operation["responses"].items():
        if status.startswith("2") and _JSON in response.get("content", {}):
            response["content"] = {"*/*": {}}


def _contents(operation: Described) -> list[Described]:
    """Every JSON that a route takes or gives when all is well."""
    bodies = [operation.get("requestBody", {})]
    bodies += [each for status, each in operation["responses"].items() if status.startswith("2")]
    return [body["content"][_JSON] for body in bodies if _JSON in body.get("content", {})]


def _answers(operation: Described, route: tuple[str, str], *, declared: Declared) -> None:
    method, _ = route
    responses = operation["responses"]
    for code in ("422", "500"):
        responses.pop(code, None)
    for status, response in responses.items():
        headers = ["X-Request-Id"]
        headers += RATE_HEADERS if declared.pace is not Pace.FREE else ()
        headers += ["ETag"] if method == "GET" and status == "200" else []
        headers += ["Idempotency-Replayed"] if method == "POST" and operation["security"] else []
        headers += ["Deprecation", "Sunset"] if declared.deprecated is not None else []
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        if status == "204":
            response.pop("content", None)
    if method == "GET" and "200" in responses:
        responses["304"] = {"description": "You have this version"}
    for status in _likely(operation, route, declared=declared):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    responses["default"] = {"$ref": "#/components/responses/default"}


def _likely(operation: Described, route: tuple[str, str], *, declared: Declared) -> list[int]:
    """Statuses of errors that callers of a route should know of."""
    method, path = route
    # Whatever is limited refuses parameters that it does not know.
    judged = "requestBody" in operation or declared.pace is not Pace.FREE
    found = [400] if judged else []
    found += [401] if operation["security"] else []
    found += [403] if isinstance(declared.access, Permission) else []
    found += [404] if "{" in path else []
    found += [409] if method in {"POST", "PUT", "PATCH"} else []
    found += [412] if any(p["name"] == "If-Match" for p in operation.get("parameters", ())) else []
    found += [415] if "requestBody" in operation else []
    found += [422] if method != "GET" else []
    found += [429] if declared.pace is not Pace.FREE else []
    return [*found, 500, 503]


def _errors() -> dict[str, Any]:
    """Every error answer by status, with an example for each code of the catalogue."""
    codes: defaultdict[int, list[ErrorCode]] = defaultdict(list)
    for code in ErrorCode:
        codes[code.status].append(code)
    found = {str(status): _error(_STATUSES[status], codes[status]) for status in sorted(codes)}
    for status in ("429", "503"):
        found[status]["headers"]["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    return found | {"default": _error("Error", [ErrorCode.SRV_INTERNAL_ERROR])}


def _error(description: str, codes: list[ErrorCode]) -> Described:
    return {
        "description": description,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {
            _JSON: {
                "schema": {"$ref": _REF.format(model=ErrorEnvelope.__name__)},
                "examples": {code.value: {"value": _envelope(code)} for code in codes},
            }
        },
    }


def _envelope(code: ErrorCode) -> dict[str, Any]:
    said = f"{_STATUSES[code.status]}."
    details = [{"field": "name", "code": code.value, "message": said}]
    return {
        "error": {
            "code": code.value,
            "message": said,
            "details": details if code.startswith("VAL_") else [],
            "request_id": "0f2d7a4e-5c1b-4f57-9a39-3d8f6f0f7c11",
        }
    }


_FORM: Mapping[str, Any] = {
    "description": "Signed by Twilio in `X-Twilio-Signature`.",
    "required": True,
    "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
}


def main() -> None:
    """Write the file."""
    OPENAPI.write_text(
        json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
