"""The waterfall as bars: the critical path, and above it what ran inside the silence wait."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from infra.local.cli.stages import STAGES, Stage, present

_MARK_MS = 250


def bars(turns: Sequence[Mapping[str, Any]]) -> str:
    """One item for each answer that was heard, all to the scale of the longest."""
    longest = _longest(turns)
    return "\n".join(_bar(turn, longest=longest) for turn in _answered(turns))


def step(turns: Sequence[Mapping[str, Any]]) -> str:
    """Distance of two marks on the bars, as a part of their width."""
    return f"{100 * _MARK_MS / _longest(turns):.2f}%"


def legend(turns: Sequence[Mapping[str, Any]]) -> str:
    """Colour and meaning of each stage that occurs."""
    return "\n".join(
        f'<li class="s-{stage.key}" title="{escape(stage.meaning)}">{escape(stage.name)}</li>'
        for stage in _present(turns)
    )


def style() -> str:
    """The rules that give each stage its colour."""
    return "\n".join(f".s-{stage.key} {{ --stage: var(--s-{stage.key}); }}" for stage in STAGES)


def table(turns: Sequence[Mapping[str, Any]]) -> str:
    """The same figures for those who read tables, or hear them."""
    stages = _present(turns)
    heads = "".join(f'<th scope="col">{escape(stage.name)}</th>' for stage in stages)
    rows = "\n".join(_row(turn, stages) for turn in turns)
    return (
        "<table><caption>Milliseconds; in brackets what ran inside the silence wait.</caption>"
        f'<thead><tr><th scope="col">Caller</th>{heads}<th scope="col">Heard after</th></tr>'
        f"</thead><tbody>\n{rows}\n</tbody></table>"
    )


def _answered(turns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [turn for turn in turns if turn["heard_after_ms"] and turn["stages"]]


def _longest(turns: Sequence[Mapping[str, Any]]) -> float:
    return max((sum(turn["stages"].values()) for turn in _answered(turns)), default=1.0)


def _present(turns: Sequence[Mapping[str, Any]]) -> list[Stage]:
    return present([turn["stages"] for turn in turns])


def _bar(turn: Mapping[str, Any], *, longest: float) -> str:
    said = escape(turn["caller_said"] or turn["utterance"])
    total = sum(turn["stages"].values())
    spoken = ", ".join(
        f"{stage.name} {turn['stages'][stage.key]:.0f}"
        for stage in STAGES
        if turn["stages"].get(stage.key)
    )
    width = f"width:{100 * total / longest:.2f}%"
    return (
        f'<li><p class="label"><span>{said}</span>'
        f"<strong>{turn['heard_after_ms']:.0f} ms</strong></p>"
        f'<div class="lane hidden" aria-hidden="true">{_lane(turn["hidden"], longest)}</div>'
        f'<div class="track"><div class="lane" role="img" aria-label="{escape(spoken)} ms" '
        f'style="{width}">{_lane(turn["stages"], total)}</div></div></li>'
    )


def _lane(parts: Mapping[str, float], whole: float) -> str:
    return "".join(
        f'<i class="s-{stage.key}" style="width:{100 * parts[stage.key] / whole:.2f}%" '
        f'title="{escape(stage.name)}: {parts[stage.key]:.0f} ms"></i>'
        for stage in STAGES
        if parts.get(stage.key)
    )


def _row(turn: Mapping[str, Any], stages: Sequence[Stage]) -> str:
    cells = "".join(_cell(turn, stage.key) for stage in stages)
    said = escape(turn["caller_said"] or turn["utterance"])
    heard = turn["heard_after_ms"]
    total = "–" if heard is None else f"{heard:.0f}"
    return f'<tr><th scope="row" class="said">{said}</th>{cells}<td>{total}</td></tr>'


def _cell(turn: Mapping[str, Any], key: str) -> str:
    if key not in turn["stages"]:
        return "<td>–</td>"
    hidden = turn["hidden"].get(key, 0.0)
    beside = f" ({hidden:.0f})" if hidden else ""
    return f"<td>{turn['stages'][key]:.0f}{beside}</td>"
