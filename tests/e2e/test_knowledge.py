"""A document written at this moment, asked about by voice: twenty facts that no model can know."""

import re
from collections.abc import Sequence

import pytest

from infra.local.cli import speech
from tests.e2e.abreast import abreast
from tests.e2e.calling import PROMISE, calling
from tests.e2e.clients import Client
from tests.e2e.clips import Utterance
from tests.e2e.conftest import Stage
from tests.e2e.documents import FACTS, Fact

pytestmark = pytest.mark.e2e

_IN_A_CALL = 5
_CALLS = {
    f"facts {at + 1} to {at + _IN_A_CALL}": FACTS[at : at + _IN_A_CALL]
    for at in range(0, len(FACTS), _IN_A_CALL)
}
_NOT_KNOWN = re.compile(r"don't have that information", re.IGNORECASE)


@abreast(_CALLS)
async def test_questions_about_a_new_document_are_answered_from_it(
    stage: Stage, facts: Sequence[Fact]
) -> None:
    answers = await _asked(stage, stage.hotel, facts)
    wrong = [
        f"{fact.question} {answer}"
        for fact, answer in zip(facts, answers, strict=True)
        if str(fact.number) not in answer
    ]
    assert not wrong


@abreast(_CALLS)
async def test_without_retrieval_nobody_knows_what_the_document_says(
    stage: Stage, facts: Sequence[Fact]
) -> None:
    answers = await _asked(stage, stage.forgetful_hotel, facts)
    wrong = [
        f"{fact.question} {answer}"
        for fact, answer in zip(facts, answers, strict=True)
        if str(fact.number) in answer or not _NOT_KNOWN.search(answer)
    ]
    assert not wrong


async def _asked(stage: Stage, client: Client, facts: Sequence[Fact]) -> list[str]:
    """What the agent said to each question, as it is kept and as it was heard."""
    voice = stage.stack.control("deepgram")
    questions = [
        Utterance(clip=await speech.speak(voice, fact.question), text=fact.question)
        for fact in facts
    ]
    async with calling(stage.stack, client) as caller:
        await caller.greeted()
        for question in questions:
            answer = await caller.ask(question)
            assert answer.heard_after <= PROMISE
    record = await caller.record()
    await caller.tells_the_same(record)
    return caller.answers(record)
