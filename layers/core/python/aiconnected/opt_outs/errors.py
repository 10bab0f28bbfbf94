"""Errors of opt-outs.

NotFound
└── OptOutNotFound
Conflict
└── OptedOutAlready
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound


class OptOutNotFound(NotFound):
    """There is no such opt-out."""


class OptedOutAlready(Conflict):
    """This number is on the client's list already."""

    code = ErrorCode.RES_ALREADY_EXISTS
