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
    models: Models
    agent: Receptionist


def assemble(
    config: CallConfig, *, facts: FactSink, ports: Ports, resources: Resources, holder: Holder
) -> Parts:
    """The parts of a conversation of `config`."""
    settings, clock = resources.settings, ports.clock
    mouth = Mouth(clock)
    watch = Watch(settings, began=clock.monotonic(), max_duration=config.agent.max_duration_s)
    turns = TurnLog(facts, clock, leg_ms=holder.leg_ms)
    dialogue = Dialogue(facts=facts, clock=clock, mouth=mouth, watch=watch, turns=turns)
    announcer = Announcer(
        config.agent, lines=resources.lines, mouth=mouth, dialogue=dialogue, holder=holder
    )
    escalation = Escalation(
        config.agent,
        announcer=announcer,
        dialogue=dialogue,
        mouth=mouth,
        holder=holder,
        max_failed=settings.max_failed_turns,
    )
    dialogue.escalate, dialogue.on_answer = escalation.failed, escalation.answered
    dialogue.drop_prepared = holder.drop_prepared
    prefetch = _prefetch(ports, resources, dialogue)
    models = resources.models(
        config,
        listener=Ear(dialogue, model=config.agent.stt_model),
        speech_listener=Voice(dialogue, model=config.agent.voice.model),
    )
    thinking = Thinking(
        models.llm,
        call=str(config.call_id),
        patience=settings.attempt_timeout,
        spent=dialogue.on_tokens(config.agent.llm_model),
        failed=dialogue.on_model_retry,
    )
    toolbox = Toolbox(
        config,
        search=prefetch.passages if prefetch else None,
        appointments=ports.appointments,
        ending=holder,
    )
    runner = ToolRunner(
        facts,
        clock,
        timeout=settings.tool_timeout,
        filler_after=settings.filler_after,
        slow=lambda: holder.spawn(announcer.filler()),
    )
    agent = Receptionist(
        system_prompt(config, now=clock.now()),
        dialogue=dialogue,
        thinking=thinking,
        prefetch=prefetch if config.agent.retrieval else None,
        runner=runner,
        tools=toolbox.specs(),
    )
    return Parts(
        mouth=mouth,
        watch=watch,
        dialogue=dialogue,
        announcer=announcer,
        escalation=escalation,
        prefetch=prefetch,
        models=models,
        agent=agent,
    )


def _prefetch(ports: Ports, resources: Resources, dialogue: Dialogue) -> Prefetch | None:
    if ports.knowledge is None:
        return None
    return Prefetch(
        ports.knowledge,
        spent=dialogue.on_embedding(resources.settings.embedding_model),
        failed=dialogue.on_retrieval_failure,
    )
