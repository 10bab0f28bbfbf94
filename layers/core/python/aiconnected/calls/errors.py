"""Errors of calls.

Unauthenticated
├── TicketInvalid
├── TicketExpired
└── TicketUsed
NotFound
├── CallNotFound
├── TranscriptNotFound
└── RecordingNotFound
"""

from aiconnected.kit.errors import ErrorCode, NotFound, Unauthenticated


class TicketInvalid(Unauthenticated):
    """The ticket is not one of ours."""


class TicketExpired(Unauthenticated):
    """The ticket has expired."""

    code = ErrorCode.AUTH_TOKEN_EXPIRED


class TicketUsed(Unauthenticated):
    """The ticket has been used."""


class CallNotFound(NotFound):
    """There is no such call."""


class TranscriptNotFound(NotFound):
    """The call has no transcript."""


class RecordingNotFound(NotFound):
    """The call has no recording."""
