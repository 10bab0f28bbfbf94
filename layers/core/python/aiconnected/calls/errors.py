"""Errors of calls.

Unauthenticated
├── TicketInvalid
├── TicketExpired
└── TicketUsed
NotFound
├── CallNotFound
└── TranscriptNotFound
RuleBroken
├── CallIsLive
├── NotCallable
├── OutsideCallingHours
├── MinutesUsedUp
├── LinesBusy
├── NoNumber
├── ClientSuspended
└── CarrierRefused
"""

from aiconnected.kit.errors import ErrorCode, NotFound, RuleBroken, Unauthenticated


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


class CallIsLive(RuleBroken):
    """The call is still going on: end it first."""

    code = ErrorCode.BIZ_INVALID_STATE


class NotCallable(RuleBroken):
    """This person asked not to be called."""


class OutsideCallingHours(RuleBroken):
    """It is too early or too late where this person is."""


class MinutesUsedUp(RuleBroken):
    """The client's minutes of this month are used up."""

    code = ErrorCode.BIZ_QUOTA_EXCEEDED


class LinesBusy(RuleBroken):
    """The client, or its agency, has as many calls at once as it may."""

    code = ErrorCode.BIZ_QUOTA_EXCEEDED


class NoNumber(RuleBroken):
    """The client has no such number from which its carrier places calls."""


class ClientSuspended(RuleBroken):
    """The client is suspended: it places no calls."""

    code = ErrorCode.BIZ_INVALID_STATE


class CarrierRefused(RuleBroken):
    """The carrier does not place this call."""
