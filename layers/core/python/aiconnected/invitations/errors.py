"""Errors of invitations.

NotFound
└── InvitationNotFound
Conflict
└── AlreadyInvited
RuleBroken
├── InvitationClosed
└── RoleOfAnotherPlace
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound, RuleBroken


class InvitationNotFound(NotFound):
    """There is no such invitation."""


class AlreadyInvited(Conflict):
    """This address is invited already, or works here."""

    code = ErrorCode.RES_ALREADY_EXISTS


class InvitationClosed(RuleBroken):
    """This invitation was accepted or revoked: make another."""

    code = ErrorCode.BIZ_INVALID_STATE


class RoleOfAnotherPlace(RuleBroken):
    """People of an agency have an agency's roles, people of a client have a client's."""

    code = ErrorCode.BIZ_INVALID_STATE
