"""The waterfall of a turn: the critical path from the end of the caller's speech to what is heard.

A turn's *marks* are points in time, in milliseconds after the end of the caller's speech. Work that
runs inside the silence wait costs the caller nothing, so a stage's length is only what of it lies
after the commit; the rest is reported as `hidden`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# In the order in which they happen; `heard` is known to the listener alone.
MARKS = (
    "committed",  # the turn is the agent's
    "transcribed",  # the final words are known (or the early ones that proved final)
    "retrieved",  # passages are there
    "first_token",  # first text of the model
    "first_clause",  # first speakable piece of it
    "first_audio",  # first audio byte of the voice
    "sent",  # first frame handed to the carrier
    "received",  # first frame arrived at the telephone
    "heard",  # first sample above -45 dBFS
)
STAGES = {
    "committed": "silence_wait",
    "transcribed": "stt",
    "retrieved": "retrieval",
    "first_token": "llm_first_token",
    "first_clause": "first_clause",
    "first_audio": "tts_first_byte",
    "sent": "own",
    "received": "transport",
    "heard": "onset",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """`stages` sum to the last mark; `hidden` is what each did before the commit. All in ms."""

    stages: dict[str, float]
    hidden: dict[str, float]

    @property
    def total(self) -> float:
        """Milliseconds from the end of speech to the last mark."""
        return sum(self.stages.values())


def waterfall(marks: Mapping[str, float]) -> Waterfall:
    """Critical path of `marks`; a missing mark gives no stage, an unknown one is ignored."""
    commit = marks.get("committed", 0.0)
    stages: dict[str, float] = {}
    hidden: dict[str, float] = {}
    reached, before = 0.0, 0.0
    for mark in MARKS:
        if mark not in marks:
            continue
        at = marks[mark]
        stages[STAGES[mark]] = round(max(0.0, at - reached), 3)
        if mark != "committed":
            hidden[STAGES[mark]] = round(max(0.0, min(at, commit) - min(before, commit)), 3)
            before = max(before, at)
        reached = max(reached, at)
    return Waterfall(stages=stages, hidden=hidden)
