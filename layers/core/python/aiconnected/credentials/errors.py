"""Errors of credentials.

NotFound
└── CredentialNotFound
Conflict
└── CredentialNameTaken
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound


class CredentialNotFound(NotFound):
    """There is no such credential."""


class CredentialNameTaken(Conflict):
    """Another credential for this provider has this name."""

    code = ErrorCode.RES_ALREADY_EXISTS
