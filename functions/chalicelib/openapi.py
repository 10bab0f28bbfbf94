"""The OpenAPI 3.1 document, written to `openapi.json`: `python -m chalicelib.openapi`.

The handler never imports this but serves the file: Powertools' models cost 100 ms of a cold start.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from chalicelib.http import Api
from chalicelib.routes import GROUPS
from chalicelib.routes.docs import OPENAPI
from chalicelib.routing import Access, Admission
from chalicelib.schemas.envelopes import ErrorEnvelope
from chalicelib.services import Services
from chalicelib.settings import Settings

TITLE = "Voice API"
VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_BEARER = "bearer"
# Powertools' own, in the place of which our envelope stands.
_UNUSED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_WEBHOOK = "/api/v1/webhooks/"


def document() -> dict[str, Any]:
    """The whole description; no setting and no service is touched for it."""
    api = Api(GROUPS, Services(Settings.model_construct()))
    described: dict[str, Any] = json.loads(
        api.resolver.get_openapi_json_schema(
            title=TITLE,
            version=VERSION,
            security_schemes={_BEARER: HTTPBearer(bearerFormat="JWT")},
        )
    )
    schemas = described["components"]["schemas"]
    for name in _UNUSED:
        schemas.pop(name, None)
    envelope = ErrorEnvelope.model_json_schema(ref_template=_REF)
    schemas |= envelope.pop("$defs") | {ErrorEnvelope.__name__: envelope}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            _complete(operation, path=path, access=api.access[method.upper(), path])
    described.pop("servers", None)  # relative to wherever it is served from
    return described


def _complete(operation: dict[str, Any], *, path: str, access: Admission) -> None:
    responses = operation["responses"]
    for code in ("422", "500"):
        responses.pop(code, None)
    responses["default"] = {
        "description": "Error",
        "content": {"application/json": {"schema": {"$ref": _REF.format(model="ErrorEnvelope")}}},
    }
    operation["security"] = [] if access is Access.PUBLIC else [{_BEARER: []}]
    if path.startswith(_WEBHOOK):
        operation["requestBody"] = _FORM
        if "200" in responses:
            responses["200"] = {"description": "TwiML", "content": {"text/xml": {}}}


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
