"""Errors of agencies.

NotFound
└── AgencyNotFound
Conflict
└── AgencySlugTaken
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound


class AgencyNotFound(NotFound):
    """There is no such agency."""


class AgencySlugTaken(Conflict):
    """Another agency has this slug."""

    code = ErrorCode.RES_ALREADY_EXISTS
