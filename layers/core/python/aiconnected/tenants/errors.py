"""Errors of tenants.

NotFound
└── TenantNotFound
Conflict
└── TenantSlugTaken
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound


class TenantNotFound(NotFound):
    """There is no such client."""


class TenantSlugTaken(Conflict):
    """Another client of the agency has this slug."""

    code = ErrorCode.RES_ALREADY_EXISTS
