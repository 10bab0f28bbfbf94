"""Puts the parts of one conversation together."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Protocol

from aiconnected.calls.models import CallConfig
from realtime.agent.adapter.session import Models
from realtime.agent.announcer import Announcer
from realtime.agent.dialogue import Dialogue, Ear, Voice
from realtime.agent.escalation import Escalation
from realtime.agent.mouth import Mouth
from realtime.agent.ports import FactSink, Outcome, Ports
from realtime.agent.prompt import system_prompt
from realtime.agent.receptionist import Receptionist
from realtime.agent.resources import Resources
from realtime.agent.retrieval import Prefetch
from realtime.agent.thinking import Thinking
from realtime.agent.toolrunner import ToolRunner
from realtime.agent.tools import Ending, Toolbox
from realtime.agent.turns import TurnLog
from realtime.agent.watch import Watch


class Holder(Ending, Protocol):
    """What the parts ask of the conversation that holds them."""

    def leg_ms(self, monotonic: float) -> int: ...
    async def interrupt(self) -> None: ...
    async def remember(self, text: str) -> None: ...
    def drop_prepared(self) -> None: ...
    def go_on(self) -> None: ...
    def finish(self, outcome: Outcome) -> None: ...
    def spawn(self, work: Coroutine[object, object, object]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A conversation but for its leg and its life."""

    mouth: Mouth
    watch: Watch
    dialogue: Dialogue
    announcer: Announcer
    escalation: Escalation
    prefetch: Prefetch | None
    runner: ToolRunner
    models: Models
    agent: Receptionist


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the parts of one conversation are built from."""

    config: CallConfig
    facts: FactSink
    ports: Ports
    resources: Resources
    holder: Holder


def assemble(ground: Ground) -> Parts:
    """The parts of a conversation."""
    config, settings, clock = ground.config, ground.resources.settings, ground.ports.clock
    mouth = Mouth(clock)
    watch = Watch(settings, began=clock.monotonic(), max_duration=config.agent.max_duration_s)
    turns = TurnLog(ground.facts, clock, leg_ms=ground.holder.leg_ms)
    dialogue = Dialogue(facts=ground.facts, clock=clock, mouth=mouth, watch=watch, turns=turns)
    announcer = Announcer(
        config.agent,
        lines=ground.resources.lines,
        mouth=mouth,
        dialogue=dialogue,
        holder=ground.holder,
    )
    escalation = _escalation(ground, announcer=announcer, dialogue=dialogue, mouth=mouth)
    prefetch = _prefetch(ground, dialogue)
    models = ground.resources.models(
        config,
        listener=Ear(dialogue, model=config.agent.stt_model),
        speech_listener=Voice(dialogue, model=config.agent.voice.model),
    )
    runner = _runner(ground, announcer)
    agent = Receptionist(
        system_prompt(config, now=clock.now()),
        dialogue=dialogue,
        thinking=_thinking(ground, models=models, dialogue=dialogue),
        prefetch=prefetch if config.agent.retrieval else None,
        runner=runner,
        tools=_toolbox(ground, prefetch).specs(),
    )
    return Parts(
        mouth=mouth,
        watch=watch,
        dialogue=dialogue,
        announcer=announcer,
        escalation=escalation,
        prefetch=prefetch,
        runner=runner,
        models=models,
        agent=agent,
    )


def _escalation(
    ground: Ground, *, announcer: Announcer, dialogue: Dialogue, mouth: Mouth
) -> Escalation:
    escalation = Escalation(
        ground.config.agent,
        announcer=announcer,
        dialogue=dialogue,
        mouth=mouth,
        holder=ground.holder,
        max_failed=ground.resources.settings.max_failed_turns,
    )
    dialogue.escalate, dialogue.on_answer = escalation.failed, escalation.answered
    dialogue.drop_prepared = ground.holder.drop_prepared
    dialogue.go_on = ground.holder.go_on
    return escalation


def _prefetch(ground: Ground, dialogue: Dialogue) -> Prefetch | None:
    if ground.ports.knowledge is None:
        return None
    return Prefetch(
        ground.ports.knowledge,
        spent=dialogue.on_embedding(ground.resources.settings.embedding_model),
        failed=dialogue.on_retrieval_failure,
    )


def _thinking(ground: Ground, *, models: Models, dialogue: Dialogue) -> Thinking:
    return Thinking(
        models.llm,
        call=str(ground.config.call_id),
        patience=ground.resources.settings.attempt_timeout,
        spent=dialogue.on_tokens(ground.config.agent.llm_model),
        failed=dialogue.on_model_retry,
    )


def _toolbox(ground: Ground, prefetch: Prefetch | None) -> Toolbox:
    return Toolbox(
        ground.config,
        search=prefetch.passages if prefetch else None,
        appointments=ground.ports.appointments,
        ending=ground.holder,
    )


def _runner(ground: Ground, announcer: Announcer) -> ToolRunner:
    settings = ground.resources.settings
    return ToolRunner(
        ground.facts,
        ground.ports.clock,
        timeout=settings.tool_timeout,
        filler_after=settings.filler_after,
        slow=lambda: ground.holder.spawn(announcer.filler()),
    )
