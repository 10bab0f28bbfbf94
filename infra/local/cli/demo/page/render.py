"""Puts the page together; every word of a call that enters it is escaped here or in `bars`."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from statistics import median
from string import Template
from typing import Any

from infra.local.cli.amounts import component, money, quantity
from infra.local.cli.demo.calendar import Appointment
from infra.local.cli.demo.page import bars, waveform
from infra.local.cli.demo.provenance import REAL, Part, simulated
from infra.local.cli.recording import Recording

_FOLDER = Path(__file__).parent
_SPEAKERS = {"caller": "Caller", "agent": "Agent"}
_TOOLS = {
    "search_knowledge": "searched the documents",
    "business_hours": "looked at the opening hours",
    "check_availability": "looked into the calendar",
    "book_appointment": "booked the appointment",
    "transfer_call": "transferred the call",
    "end_call": "ended the call",
}
_SIDES = ("cost", "price", "margin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the page tells; `call` is the document of `call --json`."""

    business: str
    call: Mapping[str, Any]
    recording: Recording
    appointment: Appointment | None


def render(story: Story) -> str:
    """The whole page."""
    call, turns = story.call, story.call["turns"]
    return Template(_read("page.html")).substitute(
        title=escape(f"A call to {story.business}"),
        lede=escape(_lede(story)),
        figures="".join(_figures(call)),
        style=_read("page.css").replace("$stages", bars.style()),
        script=_read("page.js"),
        audio=base64.b64encode(story.recording.wav()).decode(),
        waveform=waveform.svg(story.recording),
        transcript="\n".join(_transcript(call)),
        booking=_booking(story.appointment),
        legend=bars.legend(turns),
        bars=bars.bars(turns),
        step=bars.step(turns),
        stages=bars.table(turns),
        bill=_bill(call["cost"] or {}),
        real=_parts(REAL),
        simulated=_parts(simulated()),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()


def _lede(story: Story) -> str:
    at = datetime.fromisoformat(story.call["answered_at"])
    return (
        f"A caller asks three questions, books an appointment and says goodbye. Recorded on "
        f"{at:%A} {at.day} {at:%B %Y} at {at:%H:%M} UTC."
    )


def _figures(call: Mapping[str, Any]) -> Iterator[str]:
    heard = [turn["heard_after_ms"] for turn in call["turns"] if turn["heard_after_ms"]]
    cost: dict[str, Any] = call["cost"] or {}
    if heard:
        yield _figure(f"{median(heard):.0f} <small>ms</small>", "until an answer was heard, median")
    yield _figure(_clock(call["duration_ms"]), f"of conversation, {len(call['turns'])} turns")
    yield _figure(escape(money(cost.get("cost"))), "cost of the call")
    yield _figure(escape(money(cost.get("margin"))), f"margin at {money(cost.get('price'))}")


def _figure(value: str, name: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>"


def _transcript(call: Mapping[str, Any]) -> Iterator[str]:
    told: set[int] = set()
    for said in call["transcript"]:
        aside = ""
        if said["role"] == "agent" and said["utterance"] is not None:
            if said["utterance"] not in told:
                aside = _aside(call["turns"][said["utterance"]])
            told.add(said["utterance"])
        yield _turn(said, aside=aside)


def _turn(said: Mapping[str, Any], *, aside: str) -> str:
    at, role = _clock(said["at_ms"]), said["role"]
    interrupted = " …" if said["interrupted"] else ""
    below = f'<p class="aside">{escape(aside)}</p>' if aside else ""
    return (
        f'<li class="{escape(role)}" data-at="{said["at_ms"] / 1000:.2f}">'
        f'<button type="button" class="seek" aria-label="Play from {at}">{at}</button>'
        f'<div><p class="who">{_SPEAKERS[role]}</p>'
        f'<p class="words">{escape(said["text"])}{interrupted}</p>{below}</div></li>'
    )


def _aside(turn: Mapping[str, Any]) -> str:
    """What stands under an answer: how long it took, and what was done for it."""
    heard = turn["heard_after_ms"]
    after = [] if heard is None else [f"heard after {heard:.0f} ms"]
    names: list[str] = [tool["name"] for tool in turn["tools"] if tool["ok"]]
    done = [_TOOLS.get(name, name) for name in names]
    return " · ".join([*after, *dict.fromkeys(done)])


def _booking(appointment: Appointment | None) -> str:
    if appointment is None:
        return ""
    at = appointment.starts_at
    words = (
        f"{appointment.service.capitalize()}, {at:%A} {at.day} {at:%B} at {at:%H:%M}, for "
        f"{appointment.customer_name} ({appointment.customer_phone}). Confirmation "
        f"{appointment.confirmation_code}."
    )
    return f'<aside class="booked"><h3>In the calendar</h3><p>{escape(words)}</p></aside>'


def _bill(cost: Mapping[str, Any]) -> str:
    heads = "".join(f'<th scope="col">{side.capitalize()}</th>' for side in _SIDES)
    rows = "\n".join(_component(part) for part in cost.get("components", ()))
    whole = "".join(f"<td>{escape(money(cost.get(side)))}</td>" for side in _SIDES)
    return (
        f'<table><thead><tr><th scope="col">Component</th><th scope="col">Quantity</th>{heads}'
        f"</tr></thead><tbody>\n{rows}\n</tbody><tfoot><tr>"
        f'<th scope="row">Whole call</th><td></td>{whole}</tr></tfoot></table>'
    )


def _component(part: Mapping[str, Any]) -> str:
    sides = "".join(f"<td>{escape(money(part[side]))}</td>" for side in _SIDES)
    return (
        f'<tr><th scope="row">{escape(component(part))}</th>'
        f"<td>{escape(quantity(part))}</td>{sides}</tr>"
    )


def _parts(parts: Sequence[Part]) -> str:
    return "".join(
        f"<dt>{escape(part.name)}</dt><dd>{escape(part.what[0].upper() + part.what[1:])}.</dd>"
        for part in parts
    )


def _clock(ms: float) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
