"""Errors of support grants.

Forbidden
├── GrantMissing
└── GrantOver
NotFound
└── GrantNotFound
RuleBroken
└── GrantEnded
"""

from aiconnected.kit.errors import ErrorCode, Forbidden, NotFound, RuleBroken


class GrantMissing(Forbidden):
    """This is an agency's own: start a support grant for it, and name it in X-Support-Grant."""

    code = ErrorCode.AUTHZ_RESOURCE_ACCESS_DENIED


class GrantOver(Forbidden):
    """This support grant is not yours, or over: start another."""

    code = ErrorCode.AUTHZ_RESOURCE_ACCESS_DENIED


class GrantNotFound(NotFound):
    """There is no such support grant."""


class GrantEnded(RuleBroken):
    """The support grant is over already."""

    code = ErrorCode.BIZ_INVALID_STATE
