"""Errors of telephone numbers.

NotFound
└── NumberNotFound
Conflict
└── NumberTaken
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound


class NumberNotFound(NotFound):
    """There is no such number."""


class NumberTaken(Conflict):
    """The number is in use already."""

    code = ErrorCode.RES_ALREADY_EXISTS
