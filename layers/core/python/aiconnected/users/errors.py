"""Errors of users.

NotFound
└── UserNotFound
Conflict
└── EmailTaken
RuleBroken
├── LastAdmin
└── RoleOfAnotherPlace
Unauthenticated
└── LinkInvalid
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound, RuleBroken, Unauthenticated


class UserNotFound(NotFound):
    """There is no such user."""


class EmailTaken(Conflict):
    """Another user has this address."""

    code = ErrorCode.RES_ALREADY_EXISTS


class LastAdmin(RuleBroken):
    """This is the last administrator: make another one first."""

    code = ErrorCode.BIZ_INVALID_STATE


class RoleOfAnotherPlace(RuleBroken):
    """People of an agency have an agency's roles, people of a client have a client's."""

    code = ErrorCode.BIZ_INVALID_STATE


class LinkInvalid(Unauthenticated):
    """This link has expired or was used already: ask for another."""

    code = ErrorCode.AUTH_TOKEN_INVALID
