"""Errors of received events.

NotFound
└── EventNotFound
RuleBroken
└── EventNotDead
ProviderError
└── EventWaits
"""

from aiconnected.kit.errors import ErrorCode, NotFound, ProviderError, RuleBroken


class EventNotFound(NotFound):
    """There is no such event."""


class EventNotDead(RuleBroken):
    """Only an event that was given up can be replayed."""

    code = ErrorCode.BIZ_INVALID_STATE


class EventWaits(ProviderError):
    """The event could not be worked on yet: it stays in the queue."""

    def __init__(self, provider: str) -> None:
        super().__init__(provider=provider, retryable=True)
