"""One turn's critical path: stamps at the vendors' sockets joined with the agent's and telephone's.

All moments are CLOCK_MONOTONIC seconds. The agent alone knows when it committed the turn and had
its passages; everything else is what a vendor's socket or the telephone saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiconnected.calls.waterfall import Waterfall, waterfall
from infra.local.cli.conversation import Turn
from infra.local.cli.records import TurnRecord
from infra.local.cli.sound import FRAME_SECONDS
from realtime.agent.retrieval import same_words
from tests.bench.calls import Journals
from tests.bench.journals import Event, Journal

_FRAME_MS = FRAME_SECONDS * 1000
_SLACK = 0.005  # seconds in which a frame gets from the carrier to the telephone


class Unjoined(Exception):
    """The turn's journals do not hold what its path needs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The moments of a turn whose answer was heard."""

    ended: float  # last speech sample sent by the telephone
    eager: float  # the recogniser began to decode
    decoded: float  # it had the words that the model was asked with
    final: float  # it said that the turn is over
    committed: float  # the agent took the turn
    embedding: float  # embed.request that ended last before the model was asked; 0: none
    embedded: float
    retrieved: float
    asked: float  # the request was at the model's socket
    first_token: float
    text: float  # first text at the voice's socket
    clause: float  # there was enough of it to speak
    first_audio: float
    onset_ms: float  # of the voice's sound below -45 dBFS
    sent: float  # first frame at the carrier's socket
    played: float  # the carrier played it
    received: float  # the telephone had it
    heard: float  # the telephone had the first speech

    @property
    def heard_after_ms(self) -> float:
        """From the last speech sample sent to the first received."""
        return _ms(self.ended, self.heard)

    @property
    def waterfall(self) -> Waterfall:
        """The critical path, from the sockets' stamps; the last stage from the voice's own onset.

        A frame is heard when it comes, so an onset within a frame counts from the frame's start.
        """
        onset = self.onset_ms // _FRAME_MS * _FRAME_MS / 1000
        moments = {
            "committed": self.committed,
            "transcribed": self.decoded,
            "retrieved": self.retrieved,
            "first_token": self.first_token,
            "first_clause": self.clause,
            "first_audio": self.first_audio,
            "sent": self.sent,
            "received": self.played,
            "heard": self.played + onset,
        }
        return waterfall({name: _ms(self.ended, at) for name, at in moments.items()})

    @property
    def residual_ms(self) -> float:
        """By how much the stages' sum misses what the telephone heard."""
        return abs(self.waterfall.total - self.heard_after_ms)

    @property
    def own_parts_ms(self) -> Mapping[str, float]:
        """What of the way to the first frame was neither the caller's silence nor a vendor's work.

        Either the turn's end was waited for, with the answer lying ready, or the answer was; only
        what lies on that way counts.
        """
        if self.first_audio <= self.committed:
            return {"from_turn_end_to_frame": _ms(self.final, self.received)}
        embedding = max(0.0, _ms(max(self.embedding, self.decoded), self.embedded))
        return {
            "from_words_to_model": _ms(self.decoded, self.asked) - embedding,
            # A server journals a token after it has sent it: the voice may be the first to see it.
            "from_model_to_voice": max(0.0, _ms(self.first_token, self.text)),
            "from_voice_to_frame": _ms(self.first_audio, self.received),
        }

    @property
    def own_ms(self) -> float:
        """The sum of these parts."""
        return sum(self.own_parts_ms.values())

    @property
    def vendors_ms(self) -> Mapping[str, float]:
        """How long each vendor took, whether or not that was hidden in the silence."""
        return {
            "decode": _ms(self.eager, self.decoded),
            "embedding": _ms(self.embedding, self.embedded),
            "first_token": _ms(self.asked, self.first_token),
            "first_clause": _ms(self.text, self.clause),
            "first_audio": _ms(self.clause, self.first_audio),
            "onset": self.onset_ms,
        }


def join(turn: Turn, answer: TurnRecord, *, journals: Journals) -> Path:
    """The path of a turn, read backwards from its answer; raises Unjoined."""
    if turn.received is None or turn.heard is None:
        raise Unjoined("nothing was heard")
    if answer.origin is None or not {"committed", "retrieved"} <= answer.marks.keys():
        raise Unjoined("the record holds no marks")
    speech, model, embeddings, carrier = (
        journal.since(turn.said.began)
        for journal in (journals.speech, journals.model, journals.embedding, journals.carrier)
    )
    first_audio = _last(speech, "tts.first_audio", turn.received)
    clause = _last(speech, "tts.start", first_audio.t)
    text = _last(speech, "tts.text_first", clause.t)
    onset = speech.first("tts.onset", since=clause.t)
    asked = _last(model, "llm.request", text.t)
    first_token = _next(model, "llm.first_token", asked.t)
    final = _last(speech, "stt.final", turn.received, words=True)
    decoded = _decoded(speech, final, until=asked.t)
    embedded = embeddings.last("embed.done", until=asked.t)
    embedding = embedded and embeddings.last("embed.request", until=embedded.t)
    sent = _last(carrier, "media.received", turn.received)
    return Path(
        ended=turn.said.ended,
        eager=_last(speech, "stt.eager", final.t).t,
        decoded=decoded.t,
        final=final.t,
        committed=answer.origin + answer.marks["committed"] / 1000,
        embedding=embedding.t if embedding else 0.0,
        embedded=embedded.t if embedded else 0.0,
        retrieved=answer.origin + answer.marks["retrieved"] / 1000,
        asked=asked.t,
        first_token=first_token.t,
        text=text.t,
        clause=clause.t,
        first_audio=first_audio.t,
        onset_ms=float(onset.fields["onset_ms"]) if onset else 0.0,
        sent=sent.t,
        played=_last(carrier, "media.first_out", turn.received + _SLACK).t,
        received=turn.received,
        heard=turn.heard,
    )


def _last(journal: Journal, name: str, until: float, *, words: bool = False) -> Event:
    found = journal.last(
        name, until=until, where=lambda event: not words or bool(event.fields["text"])
    )
    if found is None:
        raise Unjoined(f"no {name}")
    return found


def _next(journal: Journal, name: str, since: float) -> Event:
    found = journal.first(name, since=since)
    if found is None:
        raise Unjoined(f"no {name}")
    return found


def _decoded(speech: Journal, final: Event, *, until: float) -> Event:
    """The decode of the final words that the model was asked with."""
    said = same_words(final.fields["text"])
    same = speech.last(
        "stt.decoded", until=until, where=lambda e: same_words(e.fields["text"]) == said
    )
    if same is None:
        raise Unjoined("the words of the final were not decoded before the model was asked")
    return same


def _ms(begin: float, end: float) -> float:
    return (end - begin) * 1000
