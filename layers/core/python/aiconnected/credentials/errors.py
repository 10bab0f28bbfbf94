"""Errors of credentials.

NotFound
└── CredentialNotFound
Conflict
└── CredentialNameTaken
RuleBroken
└── CredentialInUse
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound, RuleBroken


class CredentialNotFound(NotFound):
    """There is no such credential."""


class CredentialNameTaken(Conflict):
    """Another credential for this provider has this name."""

    code = ErrorCode.RES_ALREADY_EXISTS


class CredentialInUse(RuleBroken):
    """A carrier connection uses this credential: give it another one first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS
