"""Errors of tenants.

NotFound
├── TenantNotFound
└── TenantDeleted
Conflict
└── TenantSlugTaken
Forbidden
└── FieldOfTheAgency
Invalid
└── UnknownTimezone
RuleBroken
├── TenantQuotaReached
├── TenantQuotaTooHigh
├── TenantHasNumbers
└── NotDeleted
"""

from collections.abc import Iterable

from aiconnected.kit.errors import (
    Conflict,
    ErrorCode,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    RuleBroken,
)


class TenantNotFound(NotFound):
    """There is no such client."""


class TenantDeleted(NotFound):
    """The client has been deleted; until its grace period ends it can be restored."""

    code = ErrorCode.RES_DELETED


class TenantSlugTaken(Conflict):
    """Another client of the agency has this slug."""

    code = ErrorCode.RES_ALREADY_EXISTS


class FieldOfTheAgency(Forbidden):
    """These fields are the agency's to change."""

    code = ErrorCode.AUTHZ_ROLE_REQUIRED

    def __init__(self, *, fields: Iterable[str]) -> None:
        message = "Only the agency changes this field."
        super().__init__(
            details=[
                FieldError(field=name, code=self.code, message=message) for name in sorted(fields)
            ]
        )


class UnknownTimezone(Invalid):
    """This is not the IANA name of a time zone, such as America/New_York."""

    def __init__(self) -> None:
        message = (type(self).__doc__ or "").strip()
        super().__init__(
            details=[FieldError(field="timezone", code=type(self).code, message=message)]
        )


class TenantQuotaReached(RuleBroken):
    """The agency has as many clients as its plan allows."""

    code = ErrorCode.BIZ_QUOTA_EXCEEDED


class TenantQuotaTooHigh(RuleBroken):
    """A client cannot be given more than its agency has."""

    code = ErrorCode.BIZ_QUOTA_EXCEEDED


class TenantHasNumbers(RuleBroken):
    """The client still has telephone numbers: release or reassign those first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class NotDeleted(RuleBroken):
    """The client is not deleted, or its grace period is over."""

    code = ErrorCode.BIZ_INVALID_STATE
