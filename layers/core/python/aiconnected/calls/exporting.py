"""A call as it leaves the house: a transcript as text or captions, calls as a table."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from aiconnected.calls.views import Call, Turn
from aiconnected.contracts.facts import Role
from aiconnected.kit.csv_text import csv_text

_COLUMNS = (
    "id", "tenant_id", "agent_id", "phone_number_id", "carrier", "external_call_id", "direction",
    "from_number", "to_number", "status", "refusal_reason", "initiated_at", "answered_at",
    "ended_at", "duration", "end_reason", "outcome", "sentiment_label",
)  # fmt: skip
_MONEY = ("cost_micros", "price_micros", "currency")


class TranscriptFormat(StrEnum):
    """What a transcript can be exported as."""

    JSON = "json"
    TEXT = "text"
    VTT = "vtt"


def heard(turn: Turn) -> str:
    """What was said, and of the agent's speech only what can have been heard; on one line."""
    words = turn.text if turn.role is Role.CALLER else turn.heard_text
    return " ".join(words.split())


def as_text(turns: Sequence[Turn]) -> str:
    """A line a turn: `[00:01:05] agent: …`, from the first turn on."""
    lines = [
        f"[{_clock(turn.started_at - turns[0].started_at, places=0)}] {turn.role.value}: {words}"
        for turn in turns
        if (words := heard(turn))
    ]
    return "\n".join(lines) + "\n" if lines else ""


def as_vtt(turns: Sequence[Turn]) -> str:
    """Captions to the recording (WebVTT)."""
    cues = ["WEBVTT\n"]
    for turn in turns:
        if not (words := heard(turn)):
            continue
        begins = timedelta(milliseconds=turn.audio_ms)
        lasts = max(turn.ended_at - turn.started_at, timedelta(milliseconds=1))
        text = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        times = f"{_clock(begins, places=3)} --> {_clock(begins + lasts, places=3)}"
        cues.append(f"{times}\n<v {turn.role.value}>{text}\n")
    return "\n".join(cues)


def as_csv(calls: Iterable[Call], *, with_money: bool) -> str:
    """A row a call; money for those who may see the bills."""
    header = _COLUMNS + _MONEY if with_money else _COLUMNS
    return csv_text(header, (_row(call, with_money=with_money) for call in calls))


def _row(call: Call, *, with_money: bool) -> list[object]:
    shown = [_cell(getattr(call, name)) for name in _COLUMNS]
    if with_money:
        cost, price = call.cost, call.price
        shown += [cost and cost.micros, price and price.micros, cost and cost.currency]
    return shown


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _clock(at: timedelta, *, places: int) -> str:
    seconds = max(at.total_seconds(), 0.0)
    hours, rest = divmod(int(seconds), 3600)
    shown = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{shown}.{int(seconds * 1000) % 1000:03}" if places else shown
