"""Rows of the scale bench: one large client beside many small ones, alike on every run.

Words are drawn from sentences made up once; four rare words say how much a search is to find. A
call's ten turns lie within its minute, so that a row is put together from parts that stand ready.
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
AGENTS = 16  # of each client
NUMBERS = 32  # of each client
LONGEST_S = 600  # of a call
_BATCH = 5_000  # calls
_SENTENCES = 4_096  # a number of twelve bits
_VOCABULARY = 3_000
_ROLES = ("caller", "agent")
# Of a hundred calls; a client of thousands has some of each.
_STATUSES = ("completed",) * 90 + ("transferred",) * 5 + ("abandoned",) * 4 + ("failed",)
_DIRECTIONS = ("inbound",) * 88 + ("outbound",) * 11 + ("browser",)
_CARRIERS = ("twilio",) * 70 + ("goto",) * 20 + ("ringcentral",) * 9 + ("browser",)
_MARKS = ("{}", '{"committed": 300, "sent": 480}')

CALLS = (
    "id", "agency_id", "tenant_id", "agent_id", "phone_number_id", "carrier", "external_call_id",
    "direction", "from_number", "to_number", "state", "status", "outcome", "initiated_at",
    "answered_at", "ended_at", "finalised_at", "duration_ms", "sentiment_score", "cost_micros",
    "price_micros",
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
    """A tenant and how many calls it has. The first, of number 0, is the large one."""

    number: int
    agency_id: UUID
    tenant_id: UUID
    calls: int

    @property
    def large(self) -> bool:
        """Whether it is the one that all are measured beside."""
        return self.number == 0

    @property
    def agents(self) -> list[UUID]:
        """Whom its calls name. They are ids alone."""
        return [UUID(int=self.tenant_id.int ^ (1 << 16 | number)) for number in range(AGENTS)]

    @property
    def numbers(self) -> list[UUID]:
        """Of its telephones; as for agents."""
        return [UUID(int=self.tenant_id.int ^ (1 << 17 | number)) for number in range(NUMBERS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of some calls, as COPY takes them."""

    calls: str
    transcripts: str
    turns: str


class Generation:
    """Makes rows, a batch at a time. Threads may share one: it changes nothing of itself."""

    def __init__(self, *, seed: int = 4) -> None:
        self._seed = seed
        self._sentences = _made_up(random.Random(seed))  # noqa: S311 -- repeatable
        self._words = [len(sentence.split()) for sentence in self._sentences]

    def batches(self, client: Client, numbers: range) -> Iterator[Batch]:
        """A client's calls of these numbers, oldest first; they are the same in any portions."""
        said = self._rare(client)
        for first in range(numbers.start, numbers.stop, _BATCH):
            yield self._batch(client, range(first, min(first + _BATCH, numbers.stop)), said)

    def _batch(self, client: Client, numbers: range, said: dict[int, str]) -> Batch:
        seed = f"{self._seed} {client.number} {numbers.start}"
        chance = random.Random(seed)  # noqa: S311 -- repeatable
        rows = _Rows(client)
        for number in numbers:
            exact = NOW - timedelta(days=DAYS) * (1 - (number + 1) / (client.calls + 1))
            drawn = chance.getrandbits(12 * TURNS)
            chosen = [drawn >> 12 * turn & (_SENTENCES - 1) for turn in range(TURNS)]
            turns = [self._sentences[each] for each in chosen]
            words = sum(self._words[each] for each in chosen)
            if number in said:
                turns[3], words = f"{turns[3]} {said[number]}", words + 1
            if number % 3 == 0:
                turns[1], words = f"{turns[1]} {COMMON}", words + 1
            rows.add(chance, exact, turns, words=words)
        return rows.batch()

    def _rare(self, client: Client) -> dict[int, str]:
        """Which calls hold which rare word, spread over all; a small client's hold none."""
        if not client.large:
            return {}
        wanted = {word: min(times, client.calls // 4) for word, times in RARE.items()}
        chance = random.Random(self._seed)  # noqa: S311 -- repeatable
        chosen = chance.sample(range(client.calls), sum(wanted.values()))
        words = [word for word, times in wanted.items() for _ in range(times)]
        return dict(zip(chosen, words, strict=True))


class _Rows:
    """The rows of one batch, as they grow."""

    def __init__(self, client: Client) -> None:
        self._owner = f"{client.agency_id}\t{client.tenant_id}"
        self._agents = [str(each) for each in client.agents]
        self._numbers = [str(each) for each in client.numbers]
        # Between the texts of a turn there is nothing but what its place in the call says.
        self._turns = "".join(
            f"%(id)s\t{turn}\t%(minute)s:{6 * turn:02d}%(micros)s"
            f"\t%(minute)s:{6 * turn + 4:02d}%(micros)s\t{self._owner}\t{_ROLES[turn % 2]}"
            f"\tanswer\t%({turn})s\t%({turn})s\t{6000 * turn}\t{_MARKS[turn % 2]}\n"
            for turn in range(TURNS)
        )
        # COPY's own escape of a line's end.
        self._text = "\\n".join(f"{_ROLES[turn % 2]}: %({turn})s" for turn in range(TURNS))
        self._calls: list[str] = []
        self._transcripts: list[str] = []
        self._turned: list[str] = []

    def add(self, chance: random.Random, exact: datetime, turns: list[str], *, words: int) -> None:
        """A call at about that moment: within its minute the order of calls is kept."""
        micros = (exact.second * 1_000_000 + exact.microsecond) // 60
        at = exact.replace(second=0, microsecond=micros)
        minute, fraction = f"{at:%Y-%m-%d %H:%M}", f".{micros:06d}+00"
        call_id = _id(at, chance)
        filled = {str(turn): text for turn, text in enumerate(turns)}
        filled |= {"id": call_id, "minute": minute, "micros": fraction}
        began = f"{minute}:00{fraction}"
        self._calls.append(self._call(chance, call_id, at, began))
        self._transcripts.append(
            f"{call_id}\t{self._owner}\t{call_id}\t{began}\tfinal\t{self._text % filled}"
            f"\t{TURNS}\t{words}\t{began}\n"
        )
        self._turned.append(self._turns % filled)

    def batch(self) -> Batch:
        """All that were added."""
        return Batch(
            calls="".join(self._calls),
            transcripts="".join(self._transcripts),
            turns="".join(self._turned),
        )

    def _call(self, chance: random.Random, call_id: str, at: datetime, began: str) -> str:
        drawn = chance.random
        # Every agent and number has half the calls of the one before it, as far as there are bits.
        agent = AGENTS - chance.getrandbits(AGENTS - 1).bit_length() - 1
        number = int(drawn() * NUMBERS)
        seconds = 5 + int(drawn() * (LONGEST_S - 5))
        status = _STATUSES[int(drawn() * 100)]
        state = "failed" if status == "failed" else "ended"
        ended = (at + timedelta(seconds=seconds)).isoformat(sep=" ")
        return (
            f"{call_id}\t{self._owner}\t{self._agents[agent]}\t{self._numbers[number]}"
            f"\t{_CARRIERS[int(drawn() * 100)]}\tCA{call_id}\t{_DIRECTIONS[int(drawn() * 100)]}"
            f"\t+1{2_000_000_000 + int(drawn() * 7_900_000_000)}\t+12125550{100 + number}"
            f"\t{state}\t{status}\t{status}\t{began}\t{began}\t{ended}\t{ended}\t{seconds * 1000}"
            f"\t{drawn() * 2 - 1:.3f}\t{seconds * 100}\t{seconds * 300}\n"
        )


def _made_up(chance: random.Random) -> list[str]:
    """Sentences of words that come as often as words of a language do."""
    letters = "bcdfghjklmnprstvw"
    vocabulary = [
        "".join(
            chance.choice(letters) + chance.choice("aeiou") for _ in range(chance.randint(2, 4))
        )
        for _ in range(_VOCABULARY)
    ]
    weights = [1 / (rank + 10) for rank in range(_VOCABULARY)]
    return [
        " ".join(chance.choices(vocabulary, weights, k=chance.randint(5, 14)))
        for _ in range(_SENTENCES)
    ]


def _id(at: datetime, chance: random.Random) -> str:
    """A UUIDv7, as `kit.ids` makes them, from the repeatable source."""
    unix_ms = int(at.timestamp() * 1000)
    drawn = chance.getrandbits(80)
    value = unix_ms << 80 | drawn & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
