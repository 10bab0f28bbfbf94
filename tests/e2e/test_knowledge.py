"""Documents written at this moment, asked about by voice: twenty facts that no model can know."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from infra.local.cli import speech
from infra.local.cli.documents import Draft
from tests.e2e import clients
from tests.e2e.abreast import abreast
from tests.e2e.calling import Caller, calling
from tests.e2e.clients import Wanted
from tests.e2e.clips import Utterance
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A sentence of the document with `number` in it, and the question that it answers."""

    heading: str
    sentence: str
    question: str
    number: int


# The number is drawn when the test runs.
_TEMPLATES = (
    ("Boat hire", "A rowing boat costs ${} per hour.", "How much is a rowing boat?"),
    ("Bicycles", "A bicycle costs ${} per day.", "How much does a bicycle cost?"),
    ("Breakfast", "Breakfast costs ${} for each guest.", "How much is breakfast?"),
    ("Parking", "The car park has {} spaces.", "How many spaces does the car park have?"),
    ("Rooms", "The hotel has {} rooms.", "How many rooms does the hotel have?"),
    ("Swimming pool", "The swimming pool is {} meters long.", "How long is the swimming pool?"),
    ("Garden", "The garden has {} apple trees.", "How many apple trees are in the garden?"),
    ("Library", "The library holds {} books.", "How many books are in the library?"),
    ("Tennis", "A tennis lesson costs ${}.", "How much is a tennis lesson?"),
    ("Massage", "A massage costs ${}.", "How much does a massage cost?"),
    ("Laundry", "Washing a shirt costs ${}.", "How much does it cost to wash a shirt?"),
    ("Dogs", "A dog costs ${} for each night.", "How much do you charge for a dog?"),
    ("Tower", "The tower has {} steps.", "How many steps does the tower have?"),
    ("Ferry", "The ferry takes {} minutes.", "How long does the ferry take?"),
    ("Wine cellar", "The wine cellar holds {} bottles.", "How many bottles are in the cellar?"),
    ("Horse riding", "A riding lesson costs ${}.", "How much is a riding lesson?"),
    ("Museum", "A museum ticket costs ${}.", "How much is a museum ticket?"),
    ("Golf", "A round of golf costs ${}.", "How much is a round of golf?"),
    ("Meeting room", "The meeting room seats {} people.", "How many people fit the meeting room?"),
    ("Sauna", "The sauna is heated to {} degrees.", "How hot is the sauna?"),
)
_IN_ONE_CALL = 7


@abreast
async def test_twenty_questions_about_a_new_document_are_answered_from_it(stage: Stage) -> None:
    facts = _facts()
    with_retrieval = await clients.make(
        stage.stack, Wanted(documents=[_document(facts)], tools=("end_call",))
    )
    for asked in _calls(facts):
        async with calling(stage.stack, with_retrieval) as caller:
            await caller.greeted()
            wrong = [await _answer(caller, fact) for fact in asked]
