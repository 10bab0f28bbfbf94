"""Errors of idempotency keys.

Invalid
└── BadKey
RuleBroken
└── KeyOfAnotherRequest
Conflict
└── StillAnswering
"""

from aiconnected.kit.errors import Conflict, ErrorCode, FieldError, Invalid, RuleBroken

HEADER = "Idempotency-Key"


class BadKey(Invalid):
    """An idempotency key has 1 to 255 printable characters of ASCII."""

    def __init__(self) -> None:
        message = (type(self).__doc__ or "").strip()
        detail = FieldError(field=HEADER, code=ErrorCode.VAL_INVALID_FORMAT, message=message)
        super().__init__(details=[detail])


class KeyOfAnotherRequest(RuleBroken):
    """This idempotency key came with another request before: give each request its own."""

    code = ErrorCode.BIZ_IDEMPOTENCY_MISMATCH


class StillAnswering(Conflict):
    """The first request with this idempotency key is still being answered."""

    retry_after_s = 1
