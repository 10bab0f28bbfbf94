"""Errors of imports.

NotFound
└── ImportNotFound
Conflict
└── NotUploaded
"""

from aiconnected.kit.errors import Conflict, NotFound


class ImportNotFound(NotFound):
    """There is no such import."""


class NotUploaded(Conflict):
    """The file has not been put, or it has another size than was said."""
