"""When what happened within a turn, from the caller's words to the answer's first audio."""

from dataclasses import dataclass, field

from aiconnected.contracts.facts import Component, Speech
from realtime.agent.retrieval import same_words
from realtime.agent.speech.heard import Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerTurn:
    """A turn of the caller's, given to the agent. Times are monotonic."""

    text: str
    confidence: float | None
    began: float
    began_ms: int  # on the leg's time line
    origin: float  # when the audio of the last word had arrived
    transcribed: float  # when its last words were known
    committed: float

    def marks(self) -> dict[str, float]:
        """The caller's own part of the waterfall."""
        return {
            "committed": _after(self.origin, self.committed),
            "transcribed": _after(self.origin, self.transcribed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A provider has failed for good, as far as one reply goes. `code` is safe to store."""

    component: Component
    provider: str
    code: str
    retryable: bool


@dataclass(slots=True)
class Reply:
    """One speech of the agent's, over all its steps. 0 means not yet."""

    speech: Speech = Speech.ANSWER
    turn: CallerTurn | None = None
    text: str = ""
    retrieved: float = 0.0
    first_token: float = 0.0
    first_clause: float = 0.0
    first_audio: float = 0.0
    sent: float = 0.0
    failed: Failure | None = None  # what left it without (more) words or voice

    def marks(self) -> dict[str, float]:
        """The waterfall of the answer, milliseconds after the end of the caller's speech."""
        if self.turn is None:
            return {}
        names = ("retrieved", "first_token", "first_clause", "first_audio", "sent")
        known = {name: getattr(self, name) for name in names}
        later = {name: _after(self.turn.origin, at) for name, at in known.items() if at}
        return self.turn.marks() | later

    def next_step(self) -> None:
        """What follows a tool is a turn of its own, with the words and marks of its own."""
        self.text = ""
        self.retrieved = self.first_token = self.first_clause = self.first_audio = self.sent = 0.0


@dataclass(slots=True)
class Hearing:
    """Collects words until the turn they belong to is committed."""

    _notes: list[Heard] = field(default_factory=list)

    def add(self, heard: Heard) -> None:
        """Note an interim or final piece."""
        self._notes.append(heard)

    @property
    def ended(self) -> float | None:
        """When the audio of the last word so far had arrived."""
        return self._notes[-1].ended if self._notes else None

    def forget(self) -> None:
        """What was heard makes no turn."""
        self._notes.clear()

    def commit(self, text: str, *, confidence: float | None, now: float) -> CallerTurn:
        """The turn that ends now with the words `text`."""
        notes, self._notes = self._notes, []
        if not notes:
            return CallerTurn(
                text=text,
                confidence=confidence,
                began=now,
                began_ms=0,
                origin=now,
                transcribed=now,
                committed=now,
            )
        last = next((note for note in reversed(notes) if note.final), notes[-1])
        same = same_words(last.text)
        early = (note.received for note in notes if same_words(note.text) == same)
        return CallerTurn(
            text=text,
            confidence=confidence,
            began=notes[0].began,
            began_ms=notes[0].began_ms,
            origin=last.ended,
            transcribed=min(early),
            committed=now,
        )


def _after(origin: float, at: float) -> float:
    return round((at - origin) * 1000, 3)
