"""Projection of facts: what each kind of them changes beside the list of events."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiconnected.calls import telling
from aiconnected.calls.closing import CallClosing
from aiconnected.calls.control import EventRow
from aiconnected.calls.folding import Folded, fold
from aiconnected.calls.history import HistoryRepository, LockedCall
from aiconnected.calls.repository import CallPlace, CallRepository
from aiconnected.calls.state import STATUS_OF, CallState
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import (
    CallEnded,
    LegEnded,
    LegStarted,
    RecordingWritten,
    StateChanged,
    ToolCalled,
    TurnCommitted,
    UsageMeasured,
)
from aiconnected.db import Work
from aiconnected.usage.models import Measured
from aiconnected.usage.service import UsageService

_OVER = frozenset({CallState.ENDED, CallState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFact:
    """A fact with its event; `body` is None when it could not be read."""

    envelope: Envelope
    event: EventRow
    body: Body | None


class Projection:
    """Works within the caller's unit of work, on a call that it holds."""

    def __init__(
        self,
        history: HistoryRepository,
        *,
        calls: CallRepository,
        closing: CallClosing,
        usage: UsageService,
    ) -> None:
        self._history = history
        self._calls = calls
        self._closing = closing
        self._usage = usage

    def apply(self, work: Work, place: CallPlace, *, fact: ReadFact) -> None:
        """What a fact changes by itself; steps of the state machine are folded together."""
        at = fact.envelope.at
        match fact.body:
            case LegStarted() as leg:
                self._history.start_leg(work, place, leg=leg, started_at=at)
            case LegEnded() as leg:
                self._history.end_leg(
                    work, place, leg_id=leg.leg_id, reason=leg.reason, ended_at=at
                )
            case TurnCommitted() as turn:
                self._history.add_turn(work, place, turn=turn)
            case ToolCalled() as tool:
                self._history.add_tool_call(work, place, event=fact.event, tool=tool)
            case UsageMeasured() as usage:
                self._measure(work, place, fact=fact, usage=usage)
            case RecordingWritten() as recording:
                self._history.keep_recording(work, place, recording=recording)
                if recording.bucket:
                    self._closing.announce(work, fact.envelope)
            case CallEnded() as end:
                self._closing.by_owner(work, place, envelope=fact.envelope, end=end)
            case _:
                pass  # a state change, or what is kept as an event alone

    def fold(
        self, work: Work, place: CallPlace, *, locked: LockedCall, facts: Sequence[ReadFact]
    ) -> None:
        """Bring the call to the state that all its known steps lead to, if `facts` hold one."""
        if not any(isinstance(fact.body, StateChanged) for fact in facts):
            return
        folded = fold(self._history.state_changes(work, place))
        for change, fault in folded.corrected:
            self._history.set_fault(work, place, seq=change.seq, at=change.at, fault=fault)
        self._transfers(work, place, locked=locked, folded=folded)
        if folded.answered_at is not None:
            self._closing.announce(work, telling.answered(place, at=folded.answered_at))
        if folded.state not in _OVER:  # CallEnded closes it, or the reaper
            self._calls.set_state(
                work,
                place,
                state=folded.state,
                status=STATUS_OF[folded.state],
                answered_at=folded.answered_at,
            )

    def _transfers(
        self, work: Work, place: CallPlace, *, locked: LockedCall, folded: Folded
    ) -> None:
        asked = [step for step in folded.steps if step.after is CallState.TRANSFERRING]
        for step in asked:
            target = step.target or locked.transfer_number
            if target is not None:
                self._history.add_transfer(
                    work,
                    place,
                    transfer_id=step.id,
                    target=target,
                    reason=step.reason,
                    requested_at=step.at,
                )
            message = telling.transfer_started(
                place, target=target or "", at=step.at, step=str(step.id)
            )
            self._closing.announce(work, message)
        if asked and folded.state is CallState.CONVERSING:  # the caller came back
            at = folded.steps[-1].at
            self._history.end_transfers(work, place, outcome="failed", now=at)
            message = telling.transfer_over(place, outcome="failed", at=at, step=str(asked[-1].id))
            self._closing.announce(work, message)

    def _measure(
        self, work: Work, place: CallPlace, *, fact: ReadFact, usage: UsageMeasured
    ) -> None:
        measured = Measured(
            component=usage.component,
            provider=usage.provider,
            model=usage.model,
            unit=usage.unit,
            quantity=usage.quantity,
            at=fact.envelope.at,
            ref=usage.ref,
        )
        self._usage.record(
            work,
            measured,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
        )
