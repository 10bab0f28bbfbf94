"""A document written at this moment, asked about by voice: twenty facts that no model can know."""

import re
from collections.abc import Mapping, Sequence

import pytest

from infra.local.cli import speech
from infra.local.cli.sound import FRAME_SECONDS
from tests.e2e.abreast import abreast
from tests.e2e.calling import calling
from tests.e2e.clients import Client
from tests.e2e.clips import Utterance
from tests.e2e.conftest import Stage
from tests.e2e.documents import FACTS, Fact
from tests.e2e.listening import recognise

pytestmark = pytest.mark.e2e

_IN_A_CALL = 5
_TRIES = 8
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = {"does", "have", "many", "much", "cost"}
_CALLS = {
    f"facts {at + 1} to {at + _IN_A_CALL}": FACTS[at : at + _IN_A_CALL]
    for at in range(0, len(FACTS), _IN_A_CALL)
}


@abreast(_CALLS)
async def test_questions_about_a_new_document_are_answered_from_it(
    stage: Stage, facts: Sequence[Fact]
) -> None:
    await _ask_all(stage, stage.hotel, {fact.question: str(fact.number) for fact in facts})


@abreast(_CALLS)
async def test_without_retrieval_nobody_knows_what_the_document_says(
    stage: Stage, facts: Sequence[Fact]
) -> None:
    told = "don't have that information"
    answers = await _ask_all(stage, stage.forgetful_hotel, {f.question: told for f in facts})
    assert not any(str(fact.number) in answer for fact in facts for answer in answers)


async def _ask_all(stage: Stage, client: Client, expected: Mapping[str, str]) -> list[str]:
    """Ask each question and be told the words beside it; all that the agent said to each."""
    voice = stage.stack.control("deepgram")
    spoken = [await _spoken(voice, question) for question in expected]
    async with calling(stage.stack, client) as caller:
        await caller.greeted()
        for what, words in zip(spoken, expected.values(), strict=True):
            await caller.learns(what, words)
    record = await caller.record()
    await caller.tells_the_same(record)
    return caller.answers(record)


async def _spoken(voice: str, question: str) -> Utterance:
    """A clip of the question, in which the test's own ear finds its words.

    The local voice never speaks a sentence twice in the same way, and mumbles some of them.
    """
    heard = tuple((word,) for word in _WORD.findall(question.casefold()) if word not in _COMMON)
    for _ in range(_TRIES):
        clip = await speech.speak(voice, question)
        what = Utterance(clip=clip, text=question, heard=heard)
        frames = [(at * FRAME_SECONDS, frame) for at, frame in enumerate(clip.frames)]
        if what.is_in(await recognise(frames, start=-FRAME_SECONDS, url=voice)):
            return what
    pytest.fail(f"nobody understands {question!r}")
