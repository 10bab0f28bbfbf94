"""A turn as telephone, record and journals would tell it; moments are ms after end of speech."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from infra.local.cli.conversation import Turn
from infra.local.cli.ear import Gap
from infra.local.cli.records import TurnRecord
from infra.local.cli.telephone import Said
from tests.bench.calls import Journals
from tests.bench.journals import Event, Journal

ENDED = 1000.0  # seconds
WORDS = "What time do you close?"


def at(ms: float) -> float:
    """The moment that lies so many ms after the end of speech."""
    return ENDED + ms / 1000


def journal(*entries: tuple[float, str] | tuple[float, str, dict[str, Any]]) -> Journal:
    """A server's journal."""
    events = [Event(t=at(e[0]), name=e[1], fields=e[2] if len(e) == 3 else {}) for e in entries]
    return Journal(events)


def turn(**changes: object) -> Turn:
    """A turn whose first frame came after 605 ms, and its first speech after 645."""
    heard = Turn(
        clip="saturday-close",
        said=Said(began=at(-1700), ended=ENDED),
        received=at(605),
        heard=at(645),
        until=at(5000),
        early_ms=0.0,
        barged_in=False,
        stopped_ms=None,
        underruns=(),
    )
    return replace(heard, **changes)


def gap(ms: float) -> Gap:
    """An underrun."""
    return Gap(at(700), ms)


def stored(role: str = "agent", **changes: object) -> TurnRecord:
    """What the record has: the turn was committed after 600 ms."""
    values: dict[str, object] = {
        "role": role,
        "text": "We close at 1 PM.",
        "started_at": datetime(2026, 11, 21, tzinfo=UTC),
        "origin": at(20),
        "marks": {"committed": 580.0, "retrieved": 290.0},
    }
    return TurnRecord.model_validate(values | changes)


def speech(*, first_audio: float = 550, final: float = 598, onset: float = 50) -> Journal:
    """The recogniser and the voice: words after 270 ms, the voice asked after 480."""
    return journal(
        (120, "stt.silence"),
        (160, "stt.eager"),
        (270, "stt.decoded", {"text": WORDS}),
        (final, "stt.final", {"text": WORDS, "speech_final": True}),
        (480, "tts.text_first"),
        (500, "tts.start", {"text": "We close,"}),
        (first_audio, "tts.onset", {"onset_ms": onset}),
        (first_audio, "tts.first_audio", {"bytes": 2204}),
    )


def journals(**changes: Journal) -> Journals:
    """All of them, with an answer that lay ready when the turn was committed."""
    values = {
        "speech": speech(),
        "model": journal((310, "llm.request"), (460, "llm.first_token")),
        "embedding": journal((275, "embed.request"), (300, "embed.done")),
        "carrier": journal((604, "media.received"), (604.5, "media.first_out")),
    }
    return Journals(**values | changes)
