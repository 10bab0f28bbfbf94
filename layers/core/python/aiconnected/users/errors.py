"""Errors of users.

NotFound
└── UserNotFound
Conflict
└── EmailTaken
Invalid
└── InvalidEmail
"""

from aiconnected.kit.errors import Conflict, ErrorCode, Invalid, NotFound


class UserNotFound(NotFound):
    """There is no such user."""


class EmailTaken(Conflict):
    """Another user has this address."""

    code = ErrorCode.RES_ALREADY_EXISTS


class InvalidEmail(Invalid):
    """This is not an email address."""

    code = ErrorCode.VAL_INVALID_EMAIL
