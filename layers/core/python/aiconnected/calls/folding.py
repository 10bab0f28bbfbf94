"""Folding of a call's state out of the steps its owner told of, whatever order they arrived in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.control import Fault
from aiconnected.calls.history import StateChange
from aiconnected.calls.state import CallState, IllegalTransitionError, advance


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that was legal."""

    id: UUID
    at: datetime
    after: CallState
    reason: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Where the call stands, the legal steps to there, and changes whose fault is another now."""

    state: CallState
    steps: tuple[Step, ...]
    corrected: tuple[tuple[StateChange, Fault], ...]

    @property
    def answered_at(self) -> datetime | None:
        """When audio first flowed."""
        connected = [step.at for step in self.steps if step.after is CallState.CONNECTED]
        return min(connected, default=None)


def fold(changes: Iterable[StateChange]) -> Folded:
    """Apply `changes` in their order from `ringing`; an illegal one is refused and marked."""
    state = CallState.RINGING
    steps: list[Step] = []
    corrected: list[tuple[StateChange, Fault]] = []
    for change in changes:
        step = _legal(state, change)
        fault = Fault.ILLEGAL if step is None else Fault.NONE
        if step is not None:
            state = step.after
            steps.append(step)
        if fault != change.fault:
            corrected.append((change, fault))
    return Folded(state=state, steps=tuple(steps), corrected=tuple(corrected))


def _legal(before: CallState, change: StateChange) -> Step | None:
    try:
        after = advance(before, CallState(str(change.body.get("after"))))
    except (ValueError, IllegalTransitionError):
        return None
    return Step(
        id=change.id,
        at=change.at,
        after=after,
        reason=str(change.body.get("reason", "")),
        target=str(change.body.get("target", "")),
    )
