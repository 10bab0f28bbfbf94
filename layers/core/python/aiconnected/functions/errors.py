"""Errors of custom functions.

NotFound
├── FunctionNotFound
└── FunctionCallNotFound
Conflict
└── FunctionNameTaken
Invalid
├── BadParameters
├── BadHeaders
└── BadAddress
RuleBroken
└── FunctionInUse
"""

from aiconnected.kit.errors import (
    Conflict,
    ErrorCode,
    FieldError,
    Invalid,
    NotFound,
    RuleBroken,
)


class FunctionNotFound(NotFound):
    """There is no such function."""


class FunctionCallNotFound(NotFound):
    """There is no such call of a function."""


class FunctionNameTaken(Conflict):
    """The client has a function of this name, or every agent has a tool that is called so."""

    code = ErrorCode.RES_ALREADY_EXISTS


class _FieldInvalid(Invalid):
    """This field is wrong."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(
            message, details=[FieldError(field=field, code=type(self).code, message=message)]
        )


class BadParameters(_FieldInvalid):
    """The parameters are no JSON Schema of an object."""

    code = ErrorCode.VAL_INVALID_FORMAT


class BadHeaders(_FieldInvalid):
    """A header cannot be sent."""

    code = ErrorCode.VAL_INVALID_FORMAT


class BadAddress(_FieldInvalid):
    """The webhook's address is not one that may be called."""

    code = ErrorCode.VAL_INVALID_URL


class FunctionInUse(RuleBroken):
    """A draft or a published version of an agent names the function."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS
