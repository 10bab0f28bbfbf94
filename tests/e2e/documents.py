"""The documents of the clients that the rows call: short facts, for short answers."""

import random
from dataclasses import dataclass

from infra.local.cli.documents import Draft

_MARKDOWN = "text/markdown"

_FACTS = """\
# About the practice

## Insurance

We do not accept Medicaid. We accept MetLife insurance.

## Parking and the way here

Parking is free for 90 minutes. The nearest subway station is Marlow Street.

## Languages

We speak English and Spanish.

## New patients

We are taking new patients.

## Cleanings

A cleaning takes 45 minutes. A cleaning costs $129.

## Cancellations

The cancellation fee is $50.

## Whitening

Teeth whitening costs $420 and takes seventy five minutes in the practice, and the result lasts \
for about two years when you do not smoke and drink little coffee.
"""

PRACTICE = (Draft(title="About the practice", content=_FACTS, content_type=_MARKDOWN),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A sentence of a document, the number in it, and the question that it answers."""

    heading: str
    sentence: str
    question: str
    number: int


_TEMPLATES = (
    ("Boat hire", "A rowing boat costs ${} per hour.", "How much is a rowing boat?"),
    ("Bicycles", "A bicycle costs ${} per day.", "How much does a bicycle cost?"),
    ("Breakfast", "Breakfast costs ${} for each guest.", "How much is breakfast?"),
    ("Parking", "The car park has {} spaces.", "How many spaces are in the car park?"),
    ("Rooms", "The hotel has {} rooms.", "How many rooms does the hotel have?"),
    ("Pool", "The swimming pool has {} lanes.", "How many lanes does the swimming pool have?"),
    ("Garden", "The garden has {} apple trees.", "How many apple trees are in the garden?"),
    ("Library", "The library holds {} books.", "How many books are in the library?"),
    ("Tennis", "A tennis lesson costs ${}.", "How much is a tennis lesson?"),
    ("Dinner", "Dinner costs ${} for each guest.", "How much does dinner cost?"),
    ("Laundry", "Washing a shirt costs ${}.", "How much does washing a shirt cost?"),
    ("Dogs", "A dog costs ${} for each night.", "How much does a dog cost?"),
    ("Tower", "The tower has {} steps.", "How many steps does the tower have?"),
    ("Airport bus", "The airport bus costs ${}.", "How much does the bus cost?"),
    ("Wine cellar", "The wine cellar holds {} bottles.", "How many bottles are in the cellar?"),
    ("Kitchen", "A cooking lesson costs ${}.", "How much is a cooking lesson?"),
    ("Museum", "A museum ticket costs ${}.", "How much is a museum ticket?"),
    ("Golf", "A round of golf costs ${}.", "How much is a round of golf?"),
    (
        "Meeting room",
        "The meeting room seats {} people.",
        "How many people does the meeting room seat?",
    ),
    ("Sauna", "The sauna has {} degrees.", "How many degrees does the sauna have?"),
)


def _drawn() -> tuple[Fact, ...]:
    """Facts that nobody can know: their numbers are drawn now."""
    numbers = random.sample(range(21, 99), len(_TEMPLATES))
    return tuple(
        Fact(heading=heading, sentence=sentence.format(number), question=question, number=number)
        for (heading, sentence, question), number in zip(_TEMPLATES, numbers, strict=True)
    )


FACTS = _drawn()
HOTEL = (
    Draft(
        title="The hotel from A to Z",
        content="\n\n".join(f"## {fact.heading}\n\n{fact.sentence}" for fact in FACTS),
        content_type=_MARKDOWN,
    ),
)
