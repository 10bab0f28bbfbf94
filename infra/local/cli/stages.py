"""The stages of the waterfall as people read them, in the order in which they happen."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage; `key` is its name in `aiconnected.calls.waterfall`."""

    key: str
    short: str  # heads a narrow column
    name: str
    meaning: str


STAGES = (
    Stage(
        key="silence_wait",
        short="wait",
        name="Silence wait",
        meaning="silence after which the caller is taken to have finished",
    ),
    Stage(
        key="stt",
        short="STT",
        name="Recognition",
        meaning="speech to text, the last words",
    ),
    Stage(
        key="retrieval",
        short="search",
        name="Retrieval",
        meaning="passages of the client's documents",
    ),
    Stage(
        key="llm_first_token",
        short="LLM",
        name="Model’s first token",
        meaning="from the request to the first piece of the answer",
    ),
    Stage(
        key="first_clause",
        short="clause",
        name="First clause",
        meaning="until there is enough text to speak",
    ),
    Stage(
        key="tts_first_byte",
        short="TTS",
        name="Voice’s first byte",
        meaning="from the first clause to its first sound",
    ),
    Stage(
        key="own",
        short="own",
        name="Our own code",
        meaning="from the voice to the carrier",
    ),
    Stage(
        key="transport",
        short="line",
        name="Transport",
        meaning="from the carrier to the telephone",
    ),
    Stage(
        key="onset",
        short="onset",
        name="Quiet onset",
        meaning="sound of the voice that is too quiet to be heard",
    ),
)


def present(waterfalls: list[Mapping[str, float]]) -> list[Stage]:
    """The stages that occur in any of these waterfalls."""
    return [stage for stage in STAGES if any(stage.key in one for one in waterfalls)]
