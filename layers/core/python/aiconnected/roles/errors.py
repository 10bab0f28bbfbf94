"""Errors of custom roles.

NotFound
└── RoleNotFound
Conflict
└── RoleNameTaken
RuleBroken
├── RoleHeld
└── RoleOfOthers
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound, RuleBroken


class RoleNotFound(NotFound):
    """There is no such role."""


class RoleNameTaken(Conflict):
    """Another role has this name."""

    code = ErrorCode.RES_ALREADY_EXISTS


class RoleHeld(RuleBroken):
    """People still have this role: take it from them first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class RoleOfOthers(RuleBroken):
    """A role is for the people of the agency or the client that it belongs to."""

    code = ErrorCode.BIZ_INVALID_STATE
