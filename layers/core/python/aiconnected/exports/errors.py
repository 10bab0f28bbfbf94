"""Errors of exports.

NotFound
└── ExportNotFound
Conflict
├── ExportUnderWay
└── SlugOfAnother
Invalid
└── NotAnExport
"""

from aiconnected.kit.errors import Conflict, ErrorCode, Invalid, NotFound


class ExportNotFound(NotFound):
    """There is no such export."""


class ExportUnderWay(Conflict):
    """An export of this client is being made."""


class SlugOfAnother(Conflict):
    """The agency has another client of this slug: give the import one of its own."""

    code = ErrorCode.RES_ALREADY_EXISTS


class NotAnExport(Invalid):
    """The file is no export that this version can read."""
