"""Errors of recordings.

NotFound
└── RecordingNotFound
"""

from aiconnected.kit.errors import NotFound


class RecordingNotFound(NotFound):
    """There is no such recording."""
