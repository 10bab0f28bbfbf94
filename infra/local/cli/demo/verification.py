"""What a demo call must have shown; the demo fails, and says of what, when it did not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.cli.demo.calendar import Appointment
from infra.local.cli.demo.script import Kind, Line, missing
from infra.local.cli.recording import Recording

_NOT_KNOWN = re.compile(r"(?:don't|do not) (?:have that|know)|not sure", re.IGNORECASE)
_TUESDAY, _NOON = 1, 12
_SPARE_MS = 2000  # by which a recording and the call it is of may differ in length


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise; `problem` is empty when it was kept."""

    promise: str
    problem: str

    @property
    def kept(self) -> bool:
        return not self.problem


def checks(
    call: dict[str, Any],
    *,
    script: Sequence[Line],
    appointment: Appointment | None,
    recording: Recording,
) -> list[Check]:
    """Every promise of the demo; `call` is the document of `call --json`."""
    turns: list[dict[str, Any]] = call["turns"]
    said = len(turns)
    return [
        _check("the whole script was said", "" if said == len(script) else f"{said} turns of it"),
        *(_answered(line, turn) for line, turn in zip(script, turns, strict=False)),
        _check("the booking is in the calendar", "; ".join(_booking(appointment, script))),
        _check("the agent ended the call", _ending(call)),
        _check("the call has a cost, a price and a margin", _money(call["cost"])),
        _check("the recording is as long as the call", _length(call, recording)),
    ]


def _check(promise: str, problem: str) -> Check:
    return Check(promise=promise, problem=problem)


def _answered(line: Line, turn: dict[str, Any]) -> Check:
    promise = f"“{line.text}” was answered"
    answer: str = turn["agent_said"] or ""
    if turn["heard_after_ms"] is None:
        return _check(promise, "nothing was heard")
    if turn["cut_off"]:
        return _check(promise, "the agent spoke before the caller had finished")
    if lacking := missing(line.heard, text=turn["caller_said"] or ""):
        understood = f"it was understood as “{turn['caller_said']}”"
        return _check(promise, f"{understood}, without {_quoted(lacking)}")
    if lacking := missing(line.answer, text=answer):
        return _check(promise, f"“{answer}” does not say {_quoted(lacking)}")
    if line.kind is Kind.UNANSWERABLE and not _NOT_KNOWN.search(answer):
        return _check(promise, f"“{answer}” does not admit that the documents do not say")
    return _check(promise, "")


def _booking(appointment: Appointment | None, script: Sequence[Line]) -> Iterator[str]:
    if appointment is None:
        yield "there is none"
        return
    if "cleaning" not in appointment.service.casefold():
        yield f"it is for {appointment.service or 'nothing'}"
    for kind, kept in (
        (Kind.NAME, appointment.customer_name),
        (Kind.PHONE, appointment.customer_phone),
    ):
        given = next(line.heard for line in script if line.kind is kind)
        if lacking := missing(given, text=kept):
            yield f"{kind} is {kept!r}, without {_quoted(lacking)}"
    starts = appointment.starts_at
    if starts.weekday() != _TUESDAY or starts.hour >= _NOON:
        yield f"it is at {starts:%A %H:%M}, not on a Tuesday morning"


def _ending(call: dict[str, Any]) -> str:
    ended = call["outcome"] == "completed" and call["end_reason"] != "caller-hangup"
    return "" if ended else f"outcome {call['outcome']}, ended by {call['end_reason']}"


def _money(cost: dict[str, Any] | None) -> str:
    amounts = cost or {}
    lacking = [side for side in ("cost", "price", "margin") if amounts.get(side) is None]
    if lacking:
        return f"no {_quoted(lacking)}"
    return "" if amounts["cost"]["micros"] > 0 else "its cost is zero"


def _length(call: dict[str, Any], recording: Recording) -> str:
    difference = abs(recording.duration_ms - call["duration_ms"])
    if difference > _SPARE_MS:
        return f"{recording.duration_ms:.0f} ms recorded of {call['duration_ms']:.0f} ms"
    silent = [side for side, samples in recording.sides.items() if not samples.any()]
    return f"its {silent[0]} side is silent" if silent else ""


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
