"""Errors of callbacks.

NotFound
└── CallbackNotFound
RuleBroken
├── CallbackSettled
└── ForeignReference
"""

from aiconnected.kit.errors import ErrorCode, FieldError, NotFound, RuleBroken


class CallbackNotFound(NotFound):
    """There is no such callback."""


class CallbackSettled(RuleBroken):
    """The callback is under way or over: it cannot be changed."""

    code = ErrorCode.BIZ_INVALID_STATE


class ForeignReference(RuleBroken):
    """The callback names a call or an agent that its client does not have."""

    def __init__(self, *, field: str) -> None:
        message = "The client has no such one."
        super().__init__(details=[FieldError(field=field, code=self.code, message=message)])
