"""Errors of the audit log.

NotFound
└── EntryNotFound
"""

from aiconnected.kit.errors import NotFound


class EntryNotFound(NotFound):
    """There is no such entry."""
