"""One call's conversation: starts the session on its leg, watches over it, and ends it."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine

from livekit.agents import SpeechCreatedEvent

from aiconnected.calls.models import CallConfig
from aiconnected.calls.state import CallState
from aiconnected.contracts.commands import Ack, Command
from aiconnected.contracts.facts import Speech, StateChanged
from aiconnected.kit.errors import ErrorCode
from realtime.agent.adapter.audio import LegOutput, frames_of
from realtime.agent.adapter.inner import drop_prepared
from realtime.agent.adapter.session import Wiring, wire
from realtime.agent.assembly import Ground, assemble
from realtime.agent.commands import Commands
from realtime.agent.escalation import overdue
from realtime.agent.legs import LegReader
from realtime.agent.ports import FactSink, Outcome, OutcomeKind, Ports
from realtime.agent.resources import Resources
from realtime.agent.timeline import Reply
from realtime.agent.watch import Scene, Step
from realtime.ports import CallLeg, Ended, Frame, LegEvent

logger = logging.getLogger(__name__)

_ACCOUNT = 0.4  # seconds for the session to give its account of what it was saying
_LOOK = 0.1  # seconds between the watchdog's looks


class Conversation:
    """Made by `AgentHost.conversation`. Nothing that a vendor does raises out of it."""

    def __init__(
        self, config: CallConfig, *, facts: FactSink, ports: Ports, resources: Resources
    ) -> None:
        self._config, self._facts = config, facts
        self._clock, self._settings = ports.clock, resources.settings
        self._finished: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._life: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None
        self._wiring: Wiring | None = None
        self._state = CallState.CONNECTED
        self._concluding = self._deaf = False
        self._legs = LegReader(ports.clock, on_frame=self._on_frame, on_event=self._on_event)
        ground = Ground(config=config, facts=facts, ports=ports, resources=resources, holder=self)
        self._parts = assemble(ground)
        self._commands = Commands(
            config, ports.clock, leg=lambda: self._legs.leg, conclude=self._obey, hold=self._hold
        )

    # -- the call's side ---------------------------------------------------------------------

    async def attach(self, leg: CallLeg) -> None:
        """Talk over `leg`; the first one starts the session and is greeted."""
        self._parts.mouth.attach(leg)
        self._legs.attach(leg)
        if self._life is None:
            ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._life = asyncio.create_task(self._live(ready), name="conversation")
            await ready

    async def detach(self) -> None:
        """The leg is gone and another may follow."""
        self._cut()
        await self._legs.detach()

    async def finished(self) -> Outcome:
        """How the conversation wants the call to end, as soon as it does."""
        return await asyncio.shield(self._finished)

    async def handle(self, command: Command) -> Ack:
        """Carry out an order from the control plane."""
        return await self._commands.handle(command)

    async def stop(self, reason: str) -> None:
        """Let go of everything; idempotent."""
        self.finish(Outcome(kind=OutcomeKind.HANG_UP, reason=reason))
        self._cut()
        self._parts.runner.close()
        with contextlib.suppress(TimeoutError):  # what was heard of a cut-off reply is a turn too
            async with asyncio.timeout(_ACCOUNT):
                await self.interrupt()
        await self._parts.mouth.close()
        await self._legs.detach()
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
        if self._parts.prefetch is not None:
            await self._parts.prefetch.close()
        await self._parts.models.tts.aclose()
        await self._parts.models.llm.aclose()
        self._parts.dialogue.close()

    # -- what the parts ask (assembly.Holder) ------------------------------------------------

    def leg_ms(self, monotonic: float) -> int:
        """Place of an instant on the leg's time line."""
        return self._legs.ms_at(monotonic)

    def spawn(self, work: Coroutine[object, object, object]) -> None:
        """Do `work` beside all else, for as long as the conversation lives."""
        if self._group is None or self._finished.done():
            work.close()
        else:
            self._group.create_task(_done(work))

    async def interrupt(self) -> None:
        """Stop what the session says or prepares."""
        if self._wiring is not None:
            with contextlib.suppress(RuntimeError):  # it is closing
                await self._wiring.session.interrupt(force=True)

    async def remember(self, text: str) -> None:
        """Let the model know that we said `text`."""
        context = self._parts.agent.chat_ctx.copy()
        context.add_message(role="assistant", content=text)
        await self._parts.agent.update_chat_ctx(context)

    def drop_prepared(self) -> None:
        """Forget the reply that was prepared before the turn was confirmed."""
        if self._wiring is not None:
            drop_prepared(self._wiring.session)

    def go_on(self) -> None:
        """Speak on after a pause that nothing has ended."""
        if self._wiring is not None:
            self._wiring.go_on()

    def finish(self, outcome: Outcome) -> None:
        """The conversation is over; the first reason counts."""
        if not self._finished.done():
            self._finished.set_result(outcome)

    def transfer(self, reason: str) -> None:
        """The model connects the caller with a person."""
        outcome = Outcome(
            kind=OutcomeKind.TRANSFER, reason=reason, target=self._config.transfer_number
        )
        self._conclude(outcome, words=self._unless_said(self._config.agent.handover), force=False)

    def hang_up(self, reason: str) -> None:
        """The model ends the call."""
        outcome = Outcome(kind=OutcomeKind.HANG_UP, reason=reason or "caller_done")
        self._conclude(outcome, words=self._unless_said(self._config.agent.farewell), force=False)

    def _unless_said(self, words: str) -> str:
        """`words`, unless the model has taken leave in its own."""
        return "" if self._parts.dialogue.answered else words

    # -- life --------------------------------------------------------------------------------

    async def _live(self, ready: asyncio.Future[None]) -> None:
        wiring: Wiring | None = None
        try:
            async with asyncio.TaskGroup() as self._group:
                wiring = await self._start()
                ready.set_result(None)
                self._group.create_task(self._watching(), name="watch")
                self._group.create_task(self._parts.announcer.prepare(), name="lines")
        except* Exception as broken:  # a boundary: a bug in one call ends it in a person's hands
            logger.exception("conversation broke", extra={"call_id": str(self._config.call_id)})
            code = ErrorCode.SRV_INTERNAL_ERROR.value
            self.finish(Outcome(kind=OutcomeKind.FALLBACK, reason="broken", code=code))
            if not ready.done():
                ready.set_exception(broken)
        finally:
            self._group = None
            if wiring is not None:
                await wiring.close()

    async def _start(self) -> Wiring:
        parts = self._parts
        parts.models.tts.prewarm()
        output = LegOutput(parts.mouth, began=self._on_began)
        wiring = self._wiring = wire(
            parts.models, output=output, max_tool_steps=self._settings.max_tool_steps
        )
        await wiring.start(
            parts.agent,
            on_item=parts.dialogue.on_item,
            on_user_state=parts.dialogue.on_user_state,
            on_speech=self._on_speech,
        )
        await self._greet(wiring)
        return wiring

    async def _greet(self, wiring: Wiring) -> None:
        text = self._config.agent.greeting
        if not text:
            return
        line = await self._parts.announcer.greeting()
        speech = (
            wiring.session.say(text, audio=frames_of(line)) if line else wiring.session.say(text)
        )
        self._parts.dialogue.expect(speech.id, Reply(speech=Speech.GREETING, text=text))

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        speech = event.speech_handle
        speech.add_done_callback(lambda done: self._parts.dialogue.on_speech_done(done.id))

    def _on_began(self, speech: str) -> None:
        self._deaf = False
        self._parts.dialogue.on_began(speech)
        self._enter(CallState.CONVERSING)

    def _enter(self, state: CallState) -> None:
        if state is not self._state:
            before, self._state = self._state, state
            self._facts.append(StateChanged(before=before.value, after=state.value))

    def _on_frame(self, frame: Frame, arrived: float) -> None:
        if self._wiring is not None:
            self._wiring.input.push(frame, arrived=arrived)

    def _on_event(self, event: LegEvent) -> None:
        if isinstance(event, Ended):
            self._cut()
        else:
            self._parts.mouth.on_event(event)

    def _cut(self) -> None:
        """Nobody hears us any more: what was being said ends here."""
        if self._wiring is not None:
            with contextlib.suppress(RuntimeError):  # it is closing
                self._wiring.session.interrupt(force=True)
        self._parts.mouth.detach()

    def _obey(self, outcome: Outcome) -> None:
        handed_on = outcome.kind is OutcomeKind.TRANSFER
        self._conclude(outcome, words=self._config.agent.handover if handed_on else "")

    async def _hold(self, held: bool) -> None:
        self._parts.watch.held = held
        if held:
            await self.interrupt()
        self._enter(CallState.ON_HOLD if held else CallState.CONVERSING)

    # -- the watchdog's hands ----------------------------------------------------------------

    async def _watching(self) -> None:
        parts = self._parts
        while True:
            await asyncio.sleep(_LOOK)
            scene = Scene(
                now=self._clock.monotonic(),
                speaking=parts.mouth.speaking,
                last_heard=parts.mouth.last_heard,
                last_message=parts.models.stt.last_message,
                paused_at=parts.mouth.paused_at,
            )
            if (step := parts.watch.step(scene)) and not self._concluding:
                self._act(step)

    def _act(self, step: Step) -> None:
        parts = self._parts
        match step:
            case Step.FILLER:
                self.spawn(parts.announcer.filler())
            case Step.APOLOGISE:
                parts.escalation.failed(overdue(deaf=self._deaf))
            case Step.RECONNECT:
                self._deaf = True
                parts.models.stt.reconnect()
            case Step.GO_ON:
                self.go_on()
            case Step.STILL_THERE:
                self.spawn(parts.announcer.ask())
            case Step.GIVE_UP:
                self._part("silence")
            case Step.TOO_LONG:
                self._part("max_duration")

    def _part(self, reason: str) -> None:
        outcome = Outcome(kind=OutcomeKind.HANG_UP, reason=reason)
        self._conclude(outcome, words=self._config.agent.farewell)

    def _conclude(self, outcome: Outcome, *, words: str, force: bool = True) -> None:
        """Say `words`, then finish; the first conclusion counts. `force` stops the session."""
        if not self._concluding:
            self._concluding = True
            self.spawn(self._last_words(outcome, words, force=force))

    async def _last_words(self, outcome: Outcome, words: str, *, force: bool) -> None:
        if force:
            await self.interrupt()
        await self._parts.mouth.quiet()
        if words:
            await self._parts.announcer.say(words, speech=Speech.FAREWELL)
        self.finish(outcome)


async def _done(work: Coroutine[object, object, object]) -> None:
    await work
