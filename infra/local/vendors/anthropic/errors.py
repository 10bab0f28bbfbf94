"""Errors in the shape of the Anthropic API.

Shape and status codes: platform.claude.com/docs/en/api/errors; wording as public bug reports quote
it.
"""

import json
import secrets

from aiohttp import web

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_MESSAGES = {
    "rate_limit_error": "This request would exceed your organization's rate limit.",
    "overloaded_error": "Overloaded",
    "api_error": "Internal server error",
    "request_too_large": "Request exceeds the maximum size",
}


class ApiError(Exception):
    """The API refuses a request."""

    def __init__(self, status: int, message: str = "") -> None:
        self.status = status
        self.type = _TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")  # noqa: PLR2004  # HTTP class
        self.message = message or _MESSAGES.get(self.type, "Error")
        super().__init__(self.message)


def invalid(message: str) -> ApiError:
    """Return the error of a request that breaks a rule."""
    return ApiError(400, message)


def request_id() -> str:
    """Return a fresh id in the API's format."""
    return f"req_{secrets.token_hex(12)}"


def body(error: ApiError, *, request: str) -> dict[str, object]:
    """Return the JSON of an error, the same over HTTP and in an `error` event."""
    return {
        "type": "error",
        "error": {"type": error.type, "message": error.message},
        "request_id": request,
    }


def response(error: ApiError, *, request: str) -> web.Response:
    """Return the HTTP answer of an error; 429 says when to come back."""
    headers = {"request-id": request}
    if error.status == 429:  # noqa: PLR2004  # Too Many Requests
        headers["retry-after"] = "1"
    return web.Response(
        status=error.status,
        text=json.dumps(body(error, request=request)),
        content_type="application/json",
        headers=headers,
    )
