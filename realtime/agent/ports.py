"""What a conversation needs from outside itself, and what it tells the call that holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from aiconnected.contracts.facts import Fact
from aiconnected.kit.clock import Clock


class OutcomeKind(StrEnum):
    """How a conversation wants its call to end."""

    HANG_UP = "hang_up"
    TRANSFER = "transfer"  # to `target`
    FALLBACK = "fallback"  # the carrier's fallback route: the client's own phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The conversation is over. `code` is an ErrorCode when something broke."""

    kind: OutcomeKind
    reason: str
    target: str | None = None  # E.164
    code: str = ""


class FactSink(Protocol):
    """Where facts about the call go; never blocks."""

    def append(self, fact: Fact) -> None:
        """Write a fact down."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of the tenant's documents that may answer a question; `score` in 0..1."""

    id: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """Passages, best first, and what finding them cost."""

    passages: Sequence[Passage]
    embedding_tokens: int = 0


class Knowledge(Protocol):
    """Search of the tenant's documents, with a deadline of its own."""

    async def search(self, text: str) -> Retrieved:
        """Passages for a caller's words; raises `ProviderError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An appointment that can be booked."""

    id: str
    start: datetime  # aware
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An appointment that was booked."""

    appointment_id: str
    start: datetime  # aware
    service: str | None = None


class Appointments(Protocol):
    """The tenant's calendar, with deadlines of its own; both methods raise `AppError`."""

    async def available(
        self, *, day: date | None, part_of_day: str | None, service: str | None
    ) -> Sequence[Slot]:
        """Free slots in order of time; `part_of_day` is morning, afternoon or evening."""
        ...

    async def book(self, slot_id: str, *, name: str, phone: str, service: str | None) -> Booking:
        """Book a slot for a caller; raises `Conflict` when it has been taken meanwhile."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside a conversation that it may use; None: the tenant has no such thing."""

    clock: Clock
    knowledge: Knowledge | None = None
    appointments: Appointments | None = None
