"""Errors in the shape of the OpenAI API: `{"error": {message, type, param, code}}`.

Shape: platform.openai.com/docs/guides/error-codes; wording as public bug reports quote it.
"""

from aiohttp import web

_DEFAULTS = {
    429: ("requests", "rate_limit_exceeded", "Rate limit reached. Please try again in 1s."),
    500: ("server_error", None, "The server had an error while processing your request. Sorry!"),
    503: ("server_error", None, "The engine is currently overloaded, please try again later."),
}


class ApiError(Exception):
    """The API refuses a request."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        self.status, self.message = status, message
        self.kind, self.param, self.code = kind, param, code
        super().__init__(message)

    @classmethod
    def of_status(cls, status: int) -> "ApiError":
        """Return the error the API is known to send with a status."""
        fallback = _DEFAULTS[500] if status >= 500 else (  # noqa: PLR2004  # HTTP class
            "invalid_request_error", None, "The request could not be processed.",
        )  # fmt: skip
        kind, code, message = _DEFAULTS.get(status, fallback)
        return cls(status, message, kind=kind, code=code)


def response(error: ApiError) -> web.Response:
    """Return the HTTP answer of an error; 429 says when to come back."""
    entry = {
        "message": error.message,
        "type": error.kind,
        "param": error.param,
        "code": error.code,
    }
    headers = {"retry-after": "1"} if error.status == 429 else {}  # noqa: PLR2004  # Too Many Requests
    return web.json_response({"error": entry}, status=error.status, headers=headers)
