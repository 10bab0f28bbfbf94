"""The one place where errors become answers: `{error: {code, message, details, request_id}}`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types

from aiconnected.kit.errors import AppError, ErrorCode, FieldError

# pydantic's error types (docs, "Validation Errors") -> the catalogue; see `_code` for the rest.
_CODES = {
    "missing": ErrorCode.VAL_REQUIRED,
    "extra_forbidden": ErrorCode.VAL_UNKNOWN_FIELD,
    "json_invalid": ErrorCode.VAL_MALFORMED_JSON,
    "string_too_short": ErrorCode.VAL_TOO_SHORT,
    "too_short": ErrorCode.VAL_TOO_SHORT,
    "string_too_long": ErrorCode.VAL_TOO_LONG,
    "too_long": ErrorCode.VAL_TOO_LONG,
    "greater_than": ErrorCode.VAL_OUT_OF_RANGE,
    "greater_than_equal": ErrorCode.VAL_OUT_OF_RANGE,
    "less_than": ErrorCode.VAL_OUT_OF_RANGE,
    "less_than_equal": ErrorCode.VAL_OUT_OF_RANGE,
    "enum": ErrorCode.VAL_INVALID_ENUM,
    "literal_error": ErrorCode.VAL_INVALID_ENUM,
    "phone": ErrorCode.VAL_INVALID_PHONE,
    "email": ErrorCode.VAL_INVALID_EMAIL,
}
_FAMILIES = {
    "uuid": ErrorCode.VAL_INVALID_UUID,
    "url": ErrorCode.VAL_INVALID_URL,
    "datetime": ErrorCode.VAL_INVALID_FORMAT,
    "timezone": ErrorCode.VAL_INVALID_FORMAT,
}
_TYPE_ERRORS = ("_type", "_parsing", "_from_float")
INVALID = "The request is not valid."
INTERNAL = "Something went wrong on our side."


def problem(error: AppError, *, request_id: str) -> Response[str]:
    """The answer to a domain error."""
    answer = _answer(error.error_code, error.message, details=error.details, request_id=request_id)
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def invalid(errors: Sequence[Mapping[str, Any]], *, request_id: str) -> Response[str]:
    """The answer to a request that pydantic refused."""
    details = [_field_error(error) for error in errors]
    return _answer(details[0].code, INVALID, details=details, request_id=request_id)


def unexpected(*, request_id: str) -> Response[str]:
    """The answer to a bug: nothing of it shows."""
    return _answer(ErrorCode.SRV_INTERNAL_ERROR, INTERNAL, request_id=request_id)


def _answer(
    code: ErrorCode, message: str, *, request_id: str, details: Sequence[FieldError] = ()
) -> Response[str]:
    error = {
        "code": code.value,
        "message": message,
        "details": [
            {"field": item.field, "code": item.code.value, "message": item.message}
            for item in details
        ],
        "request_id": request_id,
    }
    # RFC 9110 §11.6.1: a 401 says how to authenticate.
    headers: dict[str, str | list[str]] = {}
    if code.status == 401:  # noqa: PLR2004 -- HTTP's own number
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        status_code=code.status,
        content_type=content_types.APPLICATION_JSON,
        body=json.dumps({"error": error}, separators=(",", ":")),
        headers=headers,
    )


def _field_error(error: Mapping[str, Any]) -> FieldError:
    # The first step says where: path, query, header or body.
    where, *path = error["loc"]
    if error["type"] == "json_invalid":
        path = []  # a position in the text, not a field
    return FieldError(
        field=".".join(str(step) for step in path) or str(where),
        code=_code(str(error["type"])),
        message=str(error["msg"]),
    )


def _code(kind: str) -> ErrorCode:
    if known := _CODES.get(kind) or _FAMILIES.get(kind.partition("_")[0]):
        return known
    if kind.endswith(_TYPE_ERRORS):
        return ErrorCode.VAL_INVALID_TYPE
    return ErrorCode.VAL_INVALID_FORMAT
