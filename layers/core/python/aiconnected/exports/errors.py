"""Errors of exports.

NotFound
└── ExportNotFound
Conflict
└── ExportUnderWay
Invalid
└── NotAnExport
"""

from aiconnected.kit.errors import Conflict, Invalid, NotFound


class ExportNotFound(NotFound):
    """There is no such export."""


class ExportUnderWay(Conflict):
    """An export of this client is being made."""


class NotAnExport(Invalid):
    """The file is no export that this version can read."""
