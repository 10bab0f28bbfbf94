"""Vendors that fail or stall in mid-call: what the caller hears, and what the record says."""

import asyncio
from dataclasses import dataclass, field
from itertools import groupby

import pytest

from aiconnected.contracts.facts import Component, ProviderFailed, Role, Speech, TurnCommitted
from realtime.agent.ports import OutcomeKind
from tests.fixtures.agent import Switchboard, Vendors, call_config

pytestmark = pytest.mark.integration

OFTEN = 9  # times: a reply that is prepared anew meets it again
WITHIN = 3.0  # seconds: the promise to the caller
_PATIENCE = 2.2  # seconds of quiet: an apology may be that long after the filler
LISTEN, SPEAK = "/v1/listen", "/v1/speak"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A fault, whether the question is still answered, and what the record must say of it."""

    name: str
    vendor: str
    order: dict[str, object]
    component: Component
    actions: list[str]
    speeches: list[Speech] = field(default_factory=lambda: [Speech.ANSWER])

    def __str__(self) -> str:
        return self.name


ROWS = [
    Row(
        name="model refuses once",
        vendor="anthropic",
        order={"kind": "error", "at": "accept", "status": 529},
        component=Component.LLM_OUTPUT,
        actions=["retried"],
    ),
    Row(
        name="model breaks off in mid-answer",
        vendor="anthropic",
        order={"kind": "drop", "at": "accept"},
        component=Component.LLM_OUTPUT,
        actions=["retried"],
    ),
    Row(
        name="model stalls once",
        vendor="anthropic",
        order={"kind": "stall", "at": "accept"},
        component=Component.LLM_OUTPUT,
        actions=["retried"],
    ),
    Row(
        name="model stalls and stalls again",
        vendor="anthropic",
        order={"kind": "stall", "at": "accept", "times": OFTEN},
        component=Component.LLM_OUTPUT,
        actions=["retried", "apologised"],
        speeches=[Speech.FILLER, Speech.APOLOGY],
    ),
    Row(
        name="voice is cut off before its first audio",
        vendor="deepgram",
        order={"kind": "drop", "at": "first", "route": SPEAK},
        component=Component.TTS,
        actions=["retried"],
    ),
    Row(
        name="voice is cut off in mid-answer",
        vendor="deepgram",
        order={"kind": "drop", "at": "middle", "route": SPEAK},
        component=Component.TTS,
        actions=["retried"],
    ),
    Row(
        name="voice stalls and stalls again",
        vendor="deepgram",
        order={"kind": "stall", "at": "first", "times": OFTEN, "route": SPEAK},
        component=Component.TTS,
        actions=["retried", "apologised"],
        speeches=[Speech.FILLER, Speech.APOLOGY],
    ),
    Row(
        name="recogniser is cut off",
        vendor="deepgram",
        order={"kind": "drop", "at": "first", "route": LISTEN},
        component=Component.STT,
        actions=["retried"],
    ),
    Row(
        name="documents cannot be searched",
        vendor="openai",
        order={"kind": "error", "at": "accept", "status": 500, "times": 9},
        component=Component.EMBEDDING,
        actions=["went_on_without"],
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_the_caller_hears_something_in_time_and_the_call_goes_on(
    row: Row, switchboard: Switchboard, vendors: Vendors
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        fault = vendors.arm(row.vendor, call.config.call_id, **row.order)
        call.talk()
        ended = await call.talked()
        await call.quiet(seconds=_PATIENCE)
        vendors.disarm(row.vendor, fault)
        answered = _speeches(call.facts.of(TurnCommitted))
        call.talk()
        await call.quiet()

    assert call.heard_after(ended) < WITHIN
    if Speech.FILLER not in row.speeches:  # one may have come first: the second attempt races it
        answered = [speech for speech in answered if speech is not Speech.FILLER]
    assert answered == [Speech.GREETING, *row.speeches]
    failures = [f for f in call.facts.of(ProviderFailed) if f.component is row.component]
    assert [failure.action for failure in failures][: len(row.actions)] == row.actions
    assert call.facts.of(TurnCommitted)[-1].speech is Speech.ANSWER


async def test_a_recogniser_that_goes_silent_is_replaced_and_the_question_answered(
    switchboard: Switchboard, vendors: Vendors
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        vendors.arm("deepgram", call.config.call_id, kind="stall", at="first", route=LISTEN, ms=0)
        call.talk(1.2)
        ended = await call.talked()
        await call.quiet(seconds=1.5)

    assert call.heard_after(ended) < WITHIN
    failed = call.facts.of(ProviderFailed)
    assert [(f.component, f.code, f.action) for f in failed] == [
        (Component.STT, "stalled", "retried")
    ]
    last = call.facts.of(TurnCommitted)[-1]
    assert (last.role, last.speech) == (Role.AGENT, Speech.ANSWER)


async def test_a_model_that_stays_dead_hands_the_caller_to_a_person(
    switchboard: Switchboard, vendors: Vendors
) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        vendors.arm(
            "anthropic", call.config.call_id, kind="error", at="accept", status=500, times=99
        )
        call.talk()
        await call.quiet(seconds=1.0)
        call.talk()
        async with asyncio.timeout(10):
            outcome = await call.conversation.finished()

    assert outcome.kind is OutcomeKind.FALLBACK
    assert outcome.reason == "llm_output_failed"
    said = [(turn.speech, turn.heard_text) for turn in call.facts.of(TurnCommitted)]
    assert said[-1] == (Speech.APOLOGY, call.config.agent.handover)
    assert call.facts.of(ProviderFailed)[-1].action == "fell_back"


async def test_a_refused_key_hands_over_at_once(switchboard: Switchboard, vendors: Vendors) -> None:
    async with switchboard.call() as call:
        await call.quiet()
        vendors.arm(
            "anthropic", call.config.call_id, kind="error", at="accept", status=401, times=99
        )
        call.talk()
        async with asyncio.timeout(10):
            outcome = await call.conversation.finished()

    assert outcome.kind is OutcomeKind.FALLBACK
    assert [f.code for f in call.facts.of(ProviderFailed)][-1] == "http_401"


async def test_a_caller_may_speak_into_an_apology(
    switchboard: Switchboard, vendors: Vendors
) -> None:
    apology = "I am very sorry, that did not work; would you please be so kind and say it again?"
    config = call_config(apology=apology)
    await switchboard.host.prewarm(config.agent)
    async with switchboard.call(config) as call:
        await call.quiet()
        vendors.arm("anthropic", config.call_id, kind="error", at="accept", status=500, times=4)
        call.talk()
        await call.talked()
        await asyncio.sleep(1.5)
        call.talk(1.2)
        await call.quiet(seconds=1.5)

    apologised = next(t for t in call.facts.of(TurnCommitted) if t.speech is Speech.APOLOGY)
    assert apologised.interrupted
    assert apology.startswith(apologised.heard_text)
    assert 0 < len(apologised.heard_text) < len(apology)
    assert call.facts.of(TurnCommitted)[-1].speech in {Speech.ANSWER, Speech.APOLOGY}


def _speeches(turns: list[TurnCommitted]) -> list[Speech]:
    """Kinds of the agent's turns; an answer that goes on after a tool counts once."""
    return [kind for kind, _ in groupby(turn.speech for turn in turns if turn.role is Role.AGENT)]
