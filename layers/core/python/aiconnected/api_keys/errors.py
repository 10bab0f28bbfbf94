"""Errors of API keys.

NotFound
└── ApiKeyNotFound
RuleBroken
└── ApiKeyRevoked
Invalid
└── ExpiryPast
"""

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid, NotFound, RuleBroken


class ApiKeyNotFound(NotFound):
    """There is no such API key."""


class ApiKeyRevoked(RuleBroken):
    """This key has been revoked: make another."""

    code = ErrorCode.BIZ_INVALID_STATE


class ExpiryPast(Invalid):
    """A key expires in the future."""

    code = ErrorCode.VAL_OUT_OF_RANGE

    def __init__(self) -> None:
        message = "This lies in the past."
        super().__init__(details=[FieldError(field="expires_at", code=self.code, message=message)])
