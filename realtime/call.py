"""One call: joins its leg, its conversation and its record, and decides how it ends."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Protocol

from aiconnected.calls.models import CallConfig
from aiconnected.calls.state import CallState, advance
from aiconnected.contracts.commands import Ack, Command
from aiconnected.contracts.envelope import Body
from aiconnected.contracts.facts import CallEnded, LegEnded, LegStarted, StateChanged
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ErrorCode, RuleBroken
from realtime.agent.ports import Outcome, OutcomeKind
from realtime.ports import CallLeg, Ended, EndReason, LegEvent, LegGone, TransferOutcome
from realtime.record.recorder import Recorder

logger = logging.getLogger(__name__)

_STOP_DEADLINE = 1.0  # seconds in which a conversation must have let go of everything


class Conversation(Protocol):
    """What a call needs of `realtime.agent.Conversation`."""

    async def attach(self, leg: CallLeg) -> None: ...
    async def finished(self) -> Outcome: ...
    async def handle(self, command: Command) -> Ack: ...
    async def stop(self, reason: str) -> None: ...


class Record(Protocol):
    """What a call needs of `realtime.record.archive.CallRecord`."""

    @property
    def recorder(self) -> Recorder | None: ...
    def append(self, fact: Body) -> None: ...
    def close(self, ended: CallEnded) -> None: ...


class Facts:
    """The call's fact sink: follows the state machine and refuses illegal steps."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.state = CallState.RINGING

    def append(self, fact: Body) -> None:
        """Write a fact down; an illegal change of state is dropped and logged."""
        if isinstance(fact, StateChanged):
            self.enter(CallState(fact.after), reason=fact.reason, target=fact.target)
        else:
            self._record.append(fact)

    def enter(self, after: CallState, *, reason: str = "", target: str = "") -> None:
        """Go to `after` unless the call is there already."""
        if after is self.state:
            return
        try:
            advance(self.state, after)
        except RuleBroken as exc:
            logger.warning("illegal change of state", extra={"detail": str(exc)})
            return
        self._record.append(
            StateChanged(before=self.state.value, after=after.value, reason=reason, target=target)
        )
        self.state = after


class Call:
    """Owns one call from its media socket's first message to the last fact of its record."""

    def __init__(
        self,
        config: CallConfig,
        *,
        record: Record,
        facts: Facts,
        conversation: Conversation,
        clock: Clock,
        flush: Callable[[], Awaitable[bool]],
    ) -> None:
        self.config = config
        self._record, self._facts, self._conversation = record, facts, conversation
        self._clock, self._flush = clock, flush
        self._leg: CallLeg | None = None
        self._asked: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    async def run(self, leg: CallLeg) -> None:
        """Hold the conversation over `leg` until either side, or a command, ends it."""
        self._leg = leg
        answered_at = self._clock.now()
        untap = leg.tap(self._record.recorder.sink) if self._record.recorder else _nothing
        self._leg_started(leg)
        ended, outcome = Ended(reason=EndReason.PROTOCOL_ERROR), None
        try:
            ended, outcome = await self._converse(leg)
        finally:
            untap()
            await self._stop(ended.reason.value)
            self._facts.append(LegEnded(leg_id=leg.id, reason=ended.reason.value))
            self._close(ended, outcome, answered_at)

    async def handle(self, command: Command) -> Ack:
        """Carry out a command from the control plane."""
        return await self._conversation.handle(command)

    def end(self, outcome: Outcome) -> None:
        """End the call from outside the conversation (drain, operator)."""
        if not self._asked.done():
            self._asked.set_result(outcome)

    def _leg_started(self, leg: CallLeg) -> None:
        self._facts.append(
            LegStarted(
                leg_id=leg.id,
                kind=leg.kind.value,
                external_id=self.config.external_id,
                encoding=leg.encoding.value,
                rate=leg.rate,
            )
        )
        self._facts.enter(CallState.CONNECTED)

    async def _converse(self, leg: CallLeg) -> tuple[Ended, Outcome | None]:
        events = leg.events()
        gone = asyncio.create_task(_end_of(events), name="leg-end")
        talk = asyncio.create_task(self._talk(leg), name="conversation")
        try:
            await asyncio.wait({gone, talk, self._asked}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return gone.result(), None
            outcome = talk.result() if talk.done() else self._asked.result()
            await self._carry_out(outcome, leg)
            async with asyncio.timeout(10):
                return await gone, outcome
        except TimeoutError:  # the carrier has taken the order but keeps the stream open
            await leg.hangup(EndReason.DRAINED)
            return await gone, None
        finally:
            for task in (talk, gone):
                task.cancel()
            await asyncio.gather(talk, gone, return_exceptions=True)

    async def _talk(self, leg: CallLeg) -> Outcome:
        try:
            await self._conversation.attach(leg)
            return await self._conversation.finished()
        except LegGone:
            await asyncio.get_running_loop().create_future()  # the leg's end decides
            raise
        except Exception:  # a boundary: whatever broke, the caller reaches a human
            logger.exception("conversation failed", extra={"call_id": str(self.config.call_id)})
            return Outcome(kind=OutcomeKind.FALLBACK, reason="conversation_failed")

    async def _carry_out(self, outcome: Outcome, leg: CallLeg) -> None:
        """Do what the conversation decided; the record is brought to Postgres first, because the
        carrier asks the control plane what follows as soon as the stream ends.
        """
        with contextlib.suppress(LegGone):
            if outcome.kind is OutcomeKind.HANG_UP:
                await leg.hangup(EndReason.HUNG_UP)
                return
            self._facts.enter(
                CallState.TRANSFERRING, reason=outcome.reason, target=outcome.target or ""
            )
            with contextlib.suppress(AppError):  # the carrier's fallback route needs no record
                await self._flush()
            target = outcome.target or self.config.transfer_number
            if target and await leg.transfer(target) is TransferOutcome.ACCEPTED:
                return
            # Closing the stream makes the carrier ask for the fallback route.
            await leg.hangup(EndReason.DRAINED)

    async def _stop(self, reason: str) -> None:
        try:
            async with asyncio.timeout(_STOP_DEADLINE):
                await self._conversation.stop(reason)
        except TimeoutError:
            logger.warning("conversation did not stop", extra={"call_id": str(self.config.call_id)})
        except Exception:  # a boundary: the record must be closed whatever stopping ran into
            logger.exception("conversation stop", extra={"call_id": str(self.config.call_id)})

    def _close(self, ended: Ended, outcome: Outcome | None, answered_at: datetime) -> None:
        result, code = _result(ended, outcome)
        failed = result == "failed"
        self._facts.enter(CallState.FAILED if failed else CallState.ENDED, reason=ended.detail)
        self._record.close(
            CallEnded(
                outcome=result,
                reason=outcome.reason if outcome else ended.reason.value,
                error_code=code,
                answered_at=answered_at,
                ended_at=self._clock.now(),
            )
        )


def _result(ended: Ended, outcome: Outcome | None) -> tuple[str, str]:
    """How the call is kept, with the error's code when it failed."""
    if outcome is not None and outcome.kind is OutcomeKind.FALLBACK:
        return "failed", outcome.code or ErrorCode.SRV_EXTERNAL_SERVICE.value
    if ended.reason is EndReason.TRANSFERRED or (
        outcome is not None and outcome.kind is OutcomeKind.TRANSFER
    ):
        return "transferred", ""
    if ended.reason in (EndReason.PROTOCOL_ERROR, EndReason.MEDIA_LOST):
        return "failed", ErrorCode.SRV_EXTERNAL_SERVICE.value
    return "completed", ""


async def _end_of(events: AsyncIterator[LegEvent]) -> Ended:
    async for event in events:
        if isinstance(event, Ended):
            return event
    raise RuntimeError("a leg's events end with Ended")


def _nothing() -> None:
    pass
