"""Errors of agencies.

NotFound
└── AgencyNotFound
Conflict
└── AgencyNameTaken
Forbidden
└── FieldOfThePlatform
RuleBroken
└── AgencyHasTenants
"""

from collections.abc import Iterable

from aiconnected.kit.errors import (
    Conflict,
    ErrorCode,
    FieldError,
    Forbidden,
    NotFound,
    RuleBroken,
)


class AgencyNotFound(NotFound):
    """There is no such agency."""


class AgencyNameTaken(Conflict):
    """Another agency has this slug or domain."""

    code = ErrorCode.RES_ALREADY_EXISTS


class FieldOfThePlatform(Forbidden):
    """These fields are the platform's to change."""

    code = ErrorCode.AUTHZ_ROLE_REQUIRED

    def __init__(self, *, fields: Iterable[str]) -> None:
        message = "Only the platform changes this field."
        super().__init__(
            details=[
                FieldError(field=name, code=self.code, message=message) for name in sorted(fields)
            ]
        )


class AgencyHasTenants(RuleBroken):
    """The agency still has clients: delete those first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS
