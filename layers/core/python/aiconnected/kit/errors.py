"""The error catalogue and the one base class that every domain error descends from.

AppError
├── Invalid                400  the request is malformed or breaks a rule of its fields
├── Unauthenticated        401
├── Forbidden              403
├── NotFound               404
├── Conflict               409
├── RuleBroken             422  well-formed, but against a rule of the business
├── TooMany                429
├── Unavailable            503  we cannot do it now; the caller may come again
└── ProviderError          502  an outside service failed; `retryable` says whether to try again
    └── ProviderTimeout    504
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class ErrorCode(StrEnum):
    """Every code the API may answer (PRD §13.6 and its extensions), each with one HTTP status."""

    AUTH_TOKEN_MISSING = "AUTH_TOKEN_MISSING"
    AUTH_TOKEN_INVALID = "AUTH_TOKEN_INVALID"
    AUTH_TOKEN_EXPIRED = "AUTH_TOKEN_EXPIRED"
    AUTH_REFRESH_REQUIRED = "AUTH_REFRESH_REQUIRED"
    AUTH_INVALID_CREDENTIALS = "AUTH_INVALID_CREDENTIALS"
    AUTH_SIGNATURE_INVALID = "AUTH_SIGNATURE_INVALID"
    AUTH_ACCOUNT_LOCKED = "AUTH_ACCOUNT_LOCKED"
    AUTH_ACCOUNT_SUSPENDED = "AUTH_ACCOUNT_SUSPENDED"
    AUTH_EMAIL_NOT_VERIFIED = "AUTH_EMAIL_NOT_VERIFIED"
    AUTHZ_PERMISSION_DENIED = "AUTHZ_PERMISSION_DENIED"
    AUTHZ_RESOURCE_ACCESS_DENIED = "AUTHZ_RESOURCE_ACCESS_DENIED"
    AUTHZ_ROLE_REQUIRED = "AUTHZ_ROLE_REQUIRED"
    AUTHZ_TENANT_MISMATCH = "AUTHZ_TENANT_MISMATCH"
    AUTHZ_AGENCY_MISMATCH = "AUTHZ_AGENCY_MISMATCH"
    VAL_REQUIRED = "VAL_REQUIRED"
    VAL_INVALID_FORMAT = "VAL_INVALID_FORMAT"
    VAL_INVALID_TYPE = "VAL_INVALID_TYPE"
    VAL_OUT_OF_RANGE = "VAL_OUT_OF_RANGE"
    VAL_TOO_LONG = "VAL_TOO_LONG"
    VAL_TOO_SHORT = "VAL_TOO_SHORT"
    VAL_INVALID_ENUM = "VAL_INVALID_ENUM"
    VAL_INVALID_EMAIL = "VAL_INVALID_EMAIL"
    VAL_INVALID_PHONE = "VAL_INVALID_PHONE"
    VAL_INVALID_URL = "VAL_INVALID_URL"
    VAL_INVALID_UUID = "VAL_INVALID_UUID"
    VAL_UNKNOWN_FIELD = "VAL_UNKNOWN_FIELD"
    VAL_MALFORMED_JSON = "VAL_MALFORMED_JSON"
    RES_NOT_FOUND = "RES_NOT_FOUND"
    RES_METHOD_NOT_ALLOWED = "RES_METHOD_NOT_ALLOWED"
    RES_ALREADY_EXISTS = "RES_ALREADY_EXISTS"
    RES_CONFLICT = "RES_CONFLICT"
    RES_DELETED = "RES_DELETED"
    RES_PRECONDITION_FAILED = "RES_PRECONDITION_FAILED"
    RES_TOO_LARGE = "RES_TOO_LARGE"
    RES_UNSUPPORTED_MEDIA_TYPE = "RES_UNSUPPORTED_MEDIA_TYPE"
    RES_LOCKED = "RES_LOCKED"
    BIZ_QUOTA_EXCEEDED = "BIZ_QUOTA_EXCEEDED"
    BIZ_SUBSCRIPTION_REQUIRED = "BIZ_SUBSCRIPTION_REQUIRED"
    BIZ_INVALID_STATE = "BIZ_INVALID_STATE"
    BIZ_DEPENDENCY_EXISTS = "BIZ_DEPENDENCY_EXISTS"
    BIZ_OPERATION_FAILED = "BIZ_OPERATION_FAILED"
    BIZ_IDEMPOTENCY_MISMATCH = "BIZ_IDEMPOTENCY_MISMATCH"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    RATE_LIMIT_MINUTE = "RATE_LIMIT_MINUTE"
    RATE_LIMIT_HOUR = "RATE_LIMIT_HOUR"
    RATE_LIMIT_DAY = "RATE_LIMIT_DAY"
    SRV_INTERNAL_ERROR = "SRV_INTERNAL_ERROR"
    SRV_DATABASE_ERROR = "SRV_DATABASE_ERROR"
    SRV_EXTERNAL_SERVICE = "SRV_EXTERNAL_SERVICE"
    SRV_TIMEOUT = "SRV_TIMEOUT"
    SRV_MAINTENANCE = "SRV_MAINTENANCE"

    @property
    def status(self) -> int:
        """HTTP status that answers carry with this code."""
        return _STATUS.get(self, _STATUS_BY_FAMILY[self.split("_", 1)[0]])


_STATUS_BY_FAMILY = {"AUTH": 401, "AUTHZ": 403, "VAL": 400, "BIZ": 422, "RATE": 429, "SRV": 500}
_STATUS_BY_FAMILY["RES"] = 409
_STATUS = {
    ErrorCode.AUTH_SIGNATURE_INVALID: 403,
    ErrorCode.AUTH_ACCOUNT_LOCKED: 403,
    ErrorCode.AUTH_ACCOUNT_SUSPENDED: 403,
    ErrorCode.AUTH_EMAIL_NOT_VERIFIED: 403,
    ErrorCode.RES_NOT_FOUND: 404,
    ErrorCode.RES_METHOD_NOT_ALLOWED: 405,
    ErrorCode.RES_DELETED: 410,
    ErrorCode.RES_PRECONDITION_FAILED: 412,
    ErrorCode.RES_TOO_LARGE: 413,
    ErrorCode.RES_UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.RES_LOCKED: 423,
    ErrorCode.SRV_EXTERNAL_SERVICE: 502,
    ErrorCode.SRV_TIMEOUT: 504,
    ErrorCode.SRV_MAINTENANCE: 503,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One thing wrong with one field: `field` is its dotted path in the request."""

    field: str
    code: ErrorCode
    message: str


class AppError(Exception):
    """Something went wrong on our side."""

    code: ClassVar[ErrorCode] = ErrorCode.SRV_INTERNAL_ERROR
    retry_after_s: int | None = None  # when it is worth asking again

    def __init__(
        self,
        message: str | None = None,
        *,
        code: ErrorCode | None = None,
        details: Sequence[FieldError] = (),
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip().partition("\n")[0]
        self.error_code = code or type(self).code
        self.details = tuple(details)
        super().__init__(self.message)

    @property
    def status(self) -> int:
        """HTTP status of this error."""
        return self.error_code.status


class Invalid(AppError):
    """The request is not valid."""

    code = ErrorCode.VAL_INVALID_FORMAT


class Unauthenticated(AppError):
    """Authentication is required."""

    code = ErrorCode.AUTH_TOKEN_INVALID


class Forbidden(AppError):
    """This is not permitted."""

    code = ErrorCode.AUTHZ_PERMISSION_DENIED


class NotFound(AppError):
    """There is no such resource."""

    code = ErrorCode.RES_NOT_FOUND


class Conflict(AppError):
    """The resource is in another state than the request expects."""

    code = ErrorCode.RES_CONFLICT


class RuleBroken(AppError):
    """The request is well-formed but against a rule."""

    code = ErrorCode.BIZ_OPERATION_FAILED


class TooMany(AppError):
    """Too many requests."""

    code = ErrorCode.RATE_LIMIT_EXCEEDED


class Unavailable(AppError):
    """The service cannot do this at the moment."""

    code = ErrorCode.SRV_MAINTENANCE
    retry_after_s = 2


class ProviderError(AppError):
    """An outside service failed."""

    code = ErrorCode.SRV_EXTERNAL_SERVICE

    def __init__(self, message: str | None = None, *, provider: str, retryable: bool) -> None:
        super().__init__(message)
        self.provider = provider
        self.retryable = retryable


class ProviderTimeout(ProviderError):
    """An outside service did not answer in time."""

    code = ErrorCode.SRV_TIMEOUT
