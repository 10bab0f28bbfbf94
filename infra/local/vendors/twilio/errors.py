"""Twilio's errors: those of the REST API, and those that end a call's TwiML.

TwilioError
├── ApiError        answered to a REST request as {code, message, more_info, status}
└── CallError       raised while a call is carried out; sent as ErrorCode to the fallback URL
"""

from typing import ClassVar

from aiohttp import web


class TwilioError(Exception):
    """Something a user of the carrier did wrong."""


class ApiError(TwilioError):
    """A refused REST request."""

    STATUS: ClassVar[int] = 400
    TEXTS: ClassVar[dict[int, str]] = {
        20003: "Authenticate",
        20004: "Method not allowed",
        20404: "The requested resource {subject} was not found",
        20500: "An internal server error has occurred",
        21201: "No 'To' number is specified",
        21205: "Url is not a valid URL: {subject}",
        21210: "The source phone number provided, {subject}, is not yet verified for your account.",
        21211: "The phone number you are attempting to call, {subject}, is not valid.",
        21212: "The 'From' number {subject} is not a valid phone number.",
        21213: "No 'From' number is specified",
        21218: "Invalid ApplicationSid: {subject}",
        21220: "Call is not in-progress. Cannot redirect.",
        21403: "Method is not valid: {subject}",
        21421: "PhoneNumber is invalid: {subject}",
        21422: "PhoneNumber is not available: {subject}",
        21502: "Voice Url is not valid: {subject}",
        20001: "Invalid parameter: {subject}",
    }

    def __init__(self, code: int, subject: str = "", *, status: int = 400) -> None:
        super().__init__(self.TEXTS[code].format(subject=subject))
        self.code = code
        self.status = status

    def response(self) -> web.Response:
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return web.json_response(body, status=self.status)


class CallError(TwilioError):
    """A call cannot go on as its TwiML says; `code` is Twilio's, `url` the document at fault."""

    def __init__(self, code: int, text: str, *, url: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.url = url


HTTP_RETRIEVAL_FAILURE = 11200
HTTP_CONNECTION_FAILURE = 11205
RETRY_POLICY_INVALID = 11243
RESPONSE_TOO_LARGE = 11750
DOCUMENT_PARSE_FAILURE = 12100
SCHEMA_VALIDATION = 12200
INVALID_CONTENT_TYPE = 12300
DIAL_INVALID_NUMBER = 13224
STREAM_HANDSHAKE = 31920
STREAM_CLOSED = 31921
STREAM_SCHEME = 31922
STREAM_MALFORMED_URL = 31923
STREAM_MALFORMED_MESSAGE = 31950
STREAM_INVALID_MESSAGE = 31951
