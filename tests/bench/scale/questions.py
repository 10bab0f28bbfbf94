"""What the scale bench asks of the list of calls: filters, orders and searches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tests.bench.scale.generation import COMMON, DAYS, NOW, RARE, Client

_NOBODY = str(UUID(int=7))
SINCE = {"initiated_at[gte]": (NOW - timedelta(days=DAYS)).isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query string, asked for a client, or for its whole agency. Unjudged ones inform."""

    name: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    small: bool = False  # asked for a small client
    agency: bool = False
    second_page: bool = False
    judged: bool = True


def questions(large: Client) -> list[Question]:
    """All of them; `large` is the client whose agents and numbers are asked for."""
    return [*_plain(), *_filtered(large), *_searches(), *_unjudged()]


def _plain() -> list[Question]:
    return [
        Question(name="list, newest first"),
        Question(name="list, second page", second_page=True),
        Question(name="list, a hundred rows", query={"limit": "100"}),
        Question(name="list, last 90 days", query=SINCE),
        Question(name="list, one month", query=_between("initiated_at", 60, 30)),
        Question(name="list of a small client", small=True),
        Question(name="agency's list of all clients", agency=True),
        Question(name="agency's list, failed calls", agency=True, query={"status": "failed"}),
    ]


def _filtered(large: Client) -> list[Question]:
    filters: dict[str, Mapping[str, str]] = {
        "failed calls": {"status": "failed"},
        "calls that ring": {"status": "ringing"},
        "not completed": {"status[ne]": "completed"},
        "outbound calls": {"direction": "outbound"},
        "calls from browsers": {"direction": "browser"},
        "a carrier": {"carrier": "goto"},
        "a busy agent": {"agent_id": str(large.agents[0])},
        "an idle agent": {"agent_id": str(large.agents[-1])},
        "nobody's agent": {"agent_id": _NOBODY},
        "a number": {"phone_number_id": str(large.numbers[0])},
        "nobody's number": {"phone_number_id": _NOBODY},
        "a called number": {"to_number": "+12125550101"},
        "a number never called": {"to_number": "+12125550000"},
        "a caller": {"from_number": "+14155550123"},
        "a carrier's id": {"external_call_id": "CA0"},
        "answered on a day": _between("answered_at", 80, 79),
        "over on a day": _between("ended_at", 80, 79),
        "not over": {"ended_at[null]": "true"},
        "long calls": {"duration[gte]": "590"},
        "endless calls": {"duration[gt]": "7200"},
        "an outcome": {"outcome": "abandoned"},
        "no such outcome": {"outcome": "applause"},
        "unhappy callers": {"sentiment_label": "negative"},
        "unhappy, from browsers": {"sentiment_label": "negative", "direction": "browser"},
    }
    return [
        Question(name=f"list, {name}", query=SINCE | dict(query)) for name, query in filters.items()
    ]


def _searches() -> list[Question]:
    found = [
        Question(name=f"search with {times} matches", query={"q": word} | SINCE)
        for word, times in RARE.items()
    ]
    return [
        *found,
        Question(name="search, second page", query={"q": "harpsichord"} | SINCE, second_page=True),
        Question(name="search that finds nothing", query={"q": "zeppelin"} | SINCE),
        Question(name="search of failed calls", query={"q": "kestrel", "status": "failed"}),
        Question(name="search of a small client, common word", query={"q": COMMON}, small=True),
    ]


def _unjudged() -> list[Question]:
    queries: dict[str, Mapping[str, str]] = {
        "search, word of every third call": {"q": COMMON} | SINCE,
        "search, part of a number": {"q": "5550143"} | SINCE,
        "search, outcome": {"q": "abandoned"} | SINCE,
        "list, part of a number": {"from_number[contains]": "55501"},
        "list, longest first": {"sort": "-duration"},
        "list, last answered first": {"sort": "-answered_at"},
        "list, by caller": {"sort": "from_number"},
        "list, ten thousand rows on": {"offset": "10000"},
    }
    return [
        Question(name="agency's search", query={"q": "kestrel"}, agency=True, judged=False),
        *(Question(name=name, query=query, judged=False) for name, query in queries.items()),
    ]


def _between(name: str, first: int, last: int) -> dict[str, str]:
    """From so many days ago until so many."""
    return {
        f"{name}[gte]": (NOW - timedelta(days=first)).isoformat(),
        f"{name}[lt]": (NOW - timedelta(days=last)).isoformat(),
    }
