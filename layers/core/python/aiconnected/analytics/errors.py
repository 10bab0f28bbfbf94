"""Errors of analytics.

Invalid
└── PeriodInvalid
"""

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid


class PeriodInvalid(Invalid):
    """The period ends before it begins, or is too long."""

    def __init__(self, *, days: int) -> None:
        code = ErrorCode.VAL_OUT_OF_RANGE
        message = f"A period has 1 to {days} days."
        super().__init__(code=code, details=[FieldError(field="to", code=code, message=message)])
