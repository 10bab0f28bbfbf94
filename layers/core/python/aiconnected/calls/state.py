"""The state machine of a live call (G8, G12) and its mapping to the status that is kept."""

from enum import StrEnum

from aiconnected.kit.errors import ErrorCode, RuleBroken


class CallState(StrEnum):
    """Where a live call stands."""

    RINGING = "ringing"
    CONNECTED = "connected"  # audio flows, nobody has spoken
    CONVERSING = "conversing"
    ON_HOLD = "on_hold"
    TRANSFERRING = "transferring"
    ENDED = "ended"
    FAILED = "failed"


class CallStatus(StrEnum):
    """How a call is kept in `calls.status`."""

    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    TRANSFERRING = "transferring"
    COMPLETED = "completed"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    REFUSED = "refused"  # never reached the agent; the fallback route took it
    FAILED = "failed"


class IllegalTransitionError(RuleBroken):
    """The call cannot go from its state to that one."""

    code = ErrorCode.BIZ_INVALID_STATE


_S = CallState
_NEXT: dict[CallState, frozenset[CallState]] = {
    _S.RINGING: frozenset({_S.CONNECTED, _S.ENDED, _S.FAILED}),
    _S.CONNECTED: frozenset({_S.CONVERSING, _S.ON_HOLD, _S.TRANSFERRING, _S.ENDED, _S.FAILED}),
    _S.CONVERSING: frozenset({_S.ON_HOLD, _S.TRANSFERRING, _S.ENDED, _S.FAILED}),
    _S.ON_HOLD: frozenset({_S.CONVERSING, _S.TRANSFERRING, _S.ENDED, _S.FAILED}),
    _S.TRANSFERRING: frozenset({_S.CONVERSING, _S.ENDED, _S.FAILED}),
    _S.ENDED: frozenset(),
    _S.FAILED: frozenset(),
}
STATUS_OF: dict[CallState, CallStatus] = {
    _S.RINGING: CallStatus.RINGING,
    _S.CONNECTED: CallStatus.IN_PROGRESS,
    _S.CONVERSING: CallStatus.IN_PROGRESS,
    _S.ON_HOLD: CallStatus.ON_HOLD,
    _S.TRANSFERRING: CallStatus.TRANSFERRING,
    _S.ENDED: CallStatus.COMPLETED,
    _S.FAILED: CallStatus.FAILED,
}


def advance(before: CallState, after: CallState) -> CallState:
    """`after`, if the call may go there; raises `IllegalTransitionError` otherwise."""
    if after not in _NEXT[before]:
        raise IllegalTransitionError(f"{before} to {after}")
    return after
