"""Errors of carrier connections.

NotFound
└── ConnectionNotFound
Conflict
└── ConnectionNameTaken
RuleBroken
├── ConnectionInUse
└── CredentialOfAnother
"""

from aiconnected.kit.errors import Conflict, ErrorCode, FieldError, NotFound, RuleBroken


class ConnectionNotFound(NotFound):
    """There is no such connection."""


class ConnectionNameTaken(Conflict):
    """Another connection to this carrier has this name."""

    code = ErrorCode.RES_ALREADY_EXISTS


class ConnectionInUse(RuleBroken):
    """Numbers hang on this connection: lead them elsewhere first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class CredentialOfAnother(RuleBroken):
    """The credential does not open this carrier for this place."""

    def __init__(self) -> None:
        message = "The place has no such credential for this carrier."
        detail = FieldError(field="credential_id", code=self.code, message=message)
        super().__init__(details=[detail])
