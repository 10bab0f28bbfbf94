"""The result of one call as JSON: what the telephone measured joined with what was stored.

The form is `infra/local/schemas/call.json`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from aiconnected.calls.waterfall import waterfall
from infra.local.cli.conversation import Conversation, Turn
from infra.local.cli.ear import ONSET_QUIET, Ear
from infra.local.cli.records import CallRecord, MoneyRecord, ToolRecord, TurnRecord

END_OF_TIME = datetime.max.replace(tzinfo=UTC)
EARLY = timedelta(milliseconds=300)  # a record's clock may see a turn begin so much sooner than we
RUNS_ON = 0.5  # seconds after which an onset is not that of the turn stored before it
FILLERS = frozenset({"filler", "apology"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known about one call. `record` is None when the control plane had none in
    time.
    """

    call_sid: str
    to: str
    from_: str
    leg: str
    conversation: Conversation
    ear: Ear
    stall_ms: dict[str, float]
    record: CallRecord | None
    turns: Sequence[TurnRecord]
    tools: Sequence[ToolRecord]
    recording: str | None


@dataclass(frozen=True, slots=True)
class WallClock:
    """Turns CLOCK_MONOTONIC seconds of this host into its wall clock and back."""

    offset: float

    @classmethod
    def now(cls) -> "WallClock":
        return cls(time.time() - time.monotonic())

    def at(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment + self.offset, UTC)

    def moment(self, at: datetime) -> float:
        return at.timestamp() - self.offset


def as_json(evidence: Evidence, *, clock: WallClock) -> dict[str, Any]:
    """The document of `call --json`."""
    conversation, record = evidence.conversation, evidence.record
    greeting, ended = conversation.greeting, conversation.ended
    begins = [clock.at(turn.said.began) for turn in conversation.turns]
    groups = by_utterance(evidence.turns, begins)
    greeted = [turn.said for turn in groups[0] if turn.role == "agent"]
    return {
        "call_id": None if record is None else record.id,
        "external_call_id": evidence.call_sid,
        "to": evidence.to,
        "from": evidence.from_,
        "answered_at": clock.at(greeting.answered).isoformat(timespec="milliseconds"),
        "leg": evidence.leg,
        "outcome": _outcome(record, ended.status),
        "end_reason": ended.reason,
        "duration_ms": _ms(ended.at - greeting.answered),
        "greeting": {
            "text": " ".join(greeted) or None,
            "first_audio_ms": _after(greeting.onset, greeting.answered),
        },
        "turns": [
            _turn(turn, stored, ear=evidence.ear, clock=clock)
            | {"tools": [_tool(tool) for tool in evidence.tools if begin <= tool.at < end]}
            for turn, stored, (begin, end) in zip(
                conversation.turns, groups[1:], pairwise([*begins, END_OF_TIME]), strict=True
            )
        ],
        "transcript": [
            _said(turn, utterance=index - 1 if index else None)
            for index, group in enumerate(groups)
            for turn in group
        ],
        "underruns": len(evidence.ear.gaps),
        "stall_ms": evidence.stall_ms,
        "recording": evidence.recording,
        "cost": None if record is None else _money(record),
    }


def by_utterance(
    stored: Sequence[TurnRecord], begins: Sequence[datetime]
) -> list[list[TurnRecord]]:
    """Stored turns by the utterance they follow: first those before any, then one list for each.

    A cut-off utterance is stored as several caller turns; all belong to the one that was played.
    """
    groups: list[list[TurnRecord]] = [[] for _ in range(len(begins) + 1)]
    for turn in sorted(stored, key=lambda turn: turn.started_at):
        after = sum(begin - EARLY <= turn.started_at for begin in begins)
        groups[after].append(turn)
    return groups


def _turn(
    turn: Turn, stored: Sequence[TurnRecord], *, ear: Ear, clock: WallClock
) -> dict[str, Any]:
    answers = [t for t in stored if t.role == "agent" and t.speech not in FILLERS]
    fillers = [t for t in stored if t.role == "agent" and t.speech in FILLERS]
    heard = _answer_heard(turn, answers, fillers=fillers, ear=ear, clock=clock)
    said = " ".join(t.text for t in stored if t.role == "caller")
    return {
        "utterance": turn.clip,
        "caller_said": said or None,
        "agent_said": " ".join(t.said for t in answers) or None,
        "heard_after_ms": _after(heard, turn.said.ended),
        **_waterfall(turn, answers, heard=heard),
        "fillers": [
            {
                "text": t.said,
                "heard_after_ms": _after(
                    _stored_heard(turn, t, ear=ear, clock=clock), turn.said.ended
                ),
            }
            for t in fillers
        ],
        "early_ms": round(turn.early_ms, 1),
        "cut_off": turn.was_cut_off,
        "barged_in": turn.barged_in,
        "stopped_after_ms": None if turn.stopped_ms is None else round(turn.stopped_ms, 1),
        "interrupted": any(t.interrupted for t in answers),
        "underruns": [round(gap.ms, 1) for gap in turn.underruns],
    }


def _answer_heard(
    turn: Turn,
    answers: Sequence[TurnRecord],
    *,
    fillers: Sequence[TurnRecord],
    ear: Ear,
    clock: WallClock,
) -> float | None:
    """The first speech after the utterance, or after the fillers the record names."""
    if not fillers:
        return turn.heard
    if not answers:
        return None
    heard = _stored_heard(turn, answers[0], ear=ear, clock=clock)
    return heard if heard is None or heard < turn.until else None


def _stored_heard(turn: Turn, stored: TurnRecord, *, ear: Ear, clock: WallClock) -> float | None:
    """When a stored turn of the agent was heard: its own onset, or the speech it ran on from."""
    started = max(clock.moment(stored.started_at), turn.said.ended)
    onset = ear.onset_after(max(started - ONSET_QUIET, turn.said.ended))
    if onset is not None and onset - started < RUNS_ON:
        return onset
    return ear.speech_after(started)


def _said(turn: TurnRecord, *, utterance: int | None) -> dict[str, Any]:
    """A stored turn; `utterance` is the place in `turns` of what it follows or is."""
    return {
        "role": turn.role,
        "speech": turn.speech,
        "text": turn.said,
        "interrupted": turn.interrupted,
        "at_ms": turn.audio_ms,
        "utterance": utterance,
    }


def _tool(tool: ToolRecord) -> dict[str, Any]:
    return {
        "name": tool.name,
        "ok": tool.ok,
        "code": tool.code,
        "duration_ms": round(tool.duration_ms, 1),
    }


def _waterfall(
    turn: Turn, answers: Sequence[TurnRecord], *, heard: float | None
) -> dict[str, dict[str, float]]:
    """The waterfall from the end of speech as the telephone knows it to what it heard, in ms.

    The record's marks count from the end of speech as the agent's host saw it (`origin`); they are
    shifted to the telephone's. Without marks, the stages as stored.
    """
    if not answers:
        return {"stages": {}, "hidden": {}}
    first = answers[0]
    if not first.marks or first.origin is None:
        return {"stages": first.stages, "hidden": first.hidden}
    shift = (first.origin - turn.said.ended) * 1000
    marks = {name: at + shift for name, at in first.marks.items()}
    if heard is not None:
        marks["heard"] = (heard - turn.said.ended) * 1000
        if turn.received is not None and turn.received <= heard:
            marks["received"] = (turn.received - turn.said.ended) * 1000
    parts = waterfall(marks)
    return {"stages": _rounded(parts.stages), "hidden": _rounded(parts.hidden)}


def _outcome(record: CallRecord | None, carrier_status: str) -> str:
    """The product's word for it, else the carrier's."""
    if record is None:
        return carrier_status
    return record.outcome or record.status


def _money(record: CallRecord) -> dict[str, Any]:
    """What the call cost us, what it is sold for, and what remains; as a whole and in parts."""
    parts = () if record.bill is None else record.bill.components
    return _sides(record.cost, record.price) | {
        "components": [
            {"component": part.component, "unit": part.unit, "quantity": float(part.quantity)}
            | _sides(part.cost, part.price)
            for part in parts
        ]
    }


def _sides(cost: MoneyRecord | None, price: MoneyRecord | None) -> dict[str, Any]:
    margin = None
    if cost is not None and price is not None and cost.currency == price.currency:
        margin = MoneyRecord(micros=price.micros - cost.micros, currency=cost.currency)
    amounts = {"cost": cost, "price": price, "margin": margin}
    return {
        name: None if amount is None else amount.model_dump() for name, amount in amounts.items()
    }


def _rounded(stages: dict[str, float]) -> dict[str, float]:
    return {name: round(ms, 1) for name, ms in stages.items()}


def _after(moment: float | None, begin: float) -> float | None:
    return None if moment is None else _ms(moment - begin)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
