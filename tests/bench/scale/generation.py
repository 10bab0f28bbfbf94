"""Rows of the scale bench: one large client beside many small ones, the same on every run.

Words are drawn from sentences made up once; four rare words say how much a search is to find.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
DAYS = 90
TURNS = 10  # of each call
# Words that no sentence holds, by the number of the large client's calls in which they are said.
RARE = {"trampoline": 1, "marzipan": 10, "kestrel": 100, "harpsichord": 1_000}
COMMON = "appointment"  # in a third of all calls
_SENTENCES = 4_000
_VOCABULARY = 3_000
_STATUSES = ("completed",) * 90 + ("transferred",) * 5 + ("abandoned",) * 4 + ("failed",)

CALLS = (
    "id", "agency_id", "tenant_id", "carrier", "external_call_id", "direction", "from_number",
    "to_number", "state", "status", "outcome", "initiated_at", "answered_at", "ended_at",
    "finalised_at", "duration_ms", "sentiment_score", "cost_micros", "price_micros",
)  # fmt: skip
TRANSCRIPTS = (
    "id", "agency_id", "tenant_id", "call_id", "initiated_at", "status", "full_text",
    "turn_count", "word_count", "finalised_at",
)  # fmt: skip
TURN_COLUMNS = (
    "call_id", "turn", "started_at", "ended_at", "agency_id", "tenant_id", "role", "speech",
    "text", "heard_text", "audio_ms", "marks",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A tenant and how many calls it has."""

    agency_id: UUID
    tenant_id: UUID
    calls: int
    large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of some calls, as COPY takes them."""

    calls: str
    transcripts: str
    turns: str


class Generation:
    """Makes rows, a batch at a time."""

    def __init__(self, *, seed: int = 4) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- repeatable
        self._sentences = self._made_up()

    def batches(self, client: Client, *, size: int = 5_000) -> Iterator[Batch]:
        """All of a client's calls, oldest first."""
        said = self._rare(client)
        for first in range(0, client.calls, size):
            yield self._batch(client, range(first, min(first + size, client.calls)), said)

    def _batch(self, client: Client, numbers: range, said: dict[int, str]) -> Batch:
        calls: list[str] = []
        transcripts: list[str] = []
        turns: list[str] = []
        for number in numbers:
            at = NOW - timedelta(days=DAYS) * (1 - (number + 1) / (client.calls + 1))
            call_id = self._id(at)
            words = self._random.sample(self._sentences, TURNS)
            if number in said:
                words[3] = f"{words[3]} {said[number]}"
            if number % 3 == 0:
                words[1] = f"{words[1]} {COMMON}"
            calls.append(self._call(client, call_id, at))
            transcripts.append(_transcript(client, call_id, at, words))
            turns += _turns(client, call_id, at, words)
        return Batch(calls="".join(calls), transcripts="".join(transcripts), turns="".join(turns))

    def _call(self, client: Client, call_id: UUID, at: datetime) -> str:
        status = self._random.choice(_STATUSES)
        seconds = self._random.randint(5, 600)
        began, ended = _text(at), _text(at + timedelta(seconds=seconds))
        caller = f"+1{self._random.randint(2_000_000_000, 9_899_999_999)}"
        score = self._random.randint(-1000, 1000) / 1000
        return _line(
            call_id, client.agency_id, client.tenant_id, "twilio", f"CA{call_id.hex}", "inbound",
            caller, "+12125550199", "failed" if status == "failed" else "ended", status, status,
            began, began, ended, ended, seconds * 1000, score, seconds * 100, seconds * 300,
        )  # fmt: skip

    def _rare(self, client: Client) -> dict[int, str]:
        """Which calls hold which rare word, spread over all; a small client's hold none."""
        if not client.large:
            return {}
        wanted = {word: min(times, client.calls // 4) for word, times in RARE.items()}
        chosen = self._random.sample(range(client.calls), sum(wanted.values()))
        words = [word for word, times in wanted.items() for _ in range(times)]
        return dict(zip(chosen, words, strict=True))

    def _made_up(self) -> list[str]:
        letters = "bcdfghjklmnprstvw"
        vocabulary = [
            "".join(
                self._random.choice(letters) + self._random.choice("aeiou")
                for _ in range(self._random.randint(2, 4))
            )
            for _ in range(_VOCABULARY)
        ]
        weights = [1 / (rank + 10) for rank in range(_VOCABULARY)]  # as words of a language are
        return [
            " ".join(self._random.choices(vocabulary, weights, k=self._random.randint(5, 14)))
            for _ in range(_SENTENCES)
        ]

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7, as `kit.ids` makes them, from the repeatable source."""
        unix_ms = int(at.timestamp() * 1000)
        value = (unix_ms & ((1 << 48) - 1)) << 80 | self._random.getrandbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def _transcript(client: Client, call_id: UUID, at: datetime, words: list[str]) -> str:
    lines = [f"{_role(turn)}: {text}" for turn, text in enumerate(words)]
    full = "\\n".join(lines)  # COPY's own escape of a line's end
    count = sum(len(text.split()) for text in words)
    when = _text(at)
    return _line(
        call_id, client.agency_id, client.tenant_id, call_id, when, "final", full, TURNS, count,
        when,
    )  # fmt: skip


def _turns(client: Client, call_id: UUID, at: datetime, words: list[str]) -> Iterator[str]:
    for turn, text in enumerate(words):
        began = _text(at + timedelta(seconds=6 * turn))
        yield _line(
            call_id, turn, began, _text(at + timedelta(seconds=6 * turn + 4)), client.agency_id,
            client.tenant_id, _role(turn), "answer", text, text, 6000 * turn,
            '{"committed": 300, "sent": 480}' if turn % 2 else "{}",
        )  # fmt: skip


def _role(turn: int) -> str:
    return "agent" if turn % 2 else "caller"


def _text(at: datetime) -> str:
    return at.isoformat(sep=" ")


def _line(*values: object) -> str:
    return "\t".join(map(str, values)) + "\n"
