"""How long callers wait: questions answered from documents, one call at a time, for each preset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from infra.local.cli.conversation import Turn
from infra.local.cli.demo.script import missing
from infra.local.cli.outcome import FILLERS
from infra.local.cli.records import TurnRecord
from tests.bench.calls import Held, Journals
from tests.bench.clips import Question
from tests.bench.critical import Path, Unjoined, join
from tests.bench.quantiles import p50, p95
from tests.bench.rows import Report

PRESETS = ("fast", "default")
_PER = 50  # turns to which underruns are brought


@dataclass(slots=True)
class Waits:
    """The turns of one preset, over all its calls."""

    preset: str
    paths: list[Path] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # turns that do not count, each with its reason
    underruns: int = 0
    requests: int = 0  # that the model got

    @property
    def turns(self) -> int:
        """Turns that were held."""
        return len(self.paths) + len(self.lost)

    def add(self, held: Held, asked: Sequence[Question]) -> None:
        """Take the turns of a call; a question that was not reached is lost."""
        for (turn, stored), question in zip(held.turns, asked, strict=False):
            self.underruns += len(turn.underruns)
            self._take(turn, stored, question=question, journals=held.journals)
            self.requests += held.journals.model.count(
                "llm.request", since=turn.said.began, until=turn.until
            )
        unreached = asked[len(held.turns) :]
        self.lost += [f"{question.clip.name}: the call had ended" for question in unreached]

    def _take(
        self, turn: Turn, stored: Sequence[TurnRecord], *, question: Question, journals: Journals
    ) -> None:
        try:
            answer = _answer(turn, stored, question=question)
            self.paths.append(join(turn, answer, journals=journals))
        except Unjoined as exc:
            self.lost.append(f"{turn.clip}: {exc}")


def _answer(turn: Turn, stored: Sequence[TurnRecord], *, question: Question) -> TurnRecord:
    """The stored answer of a turn that counts; raises Unjoined with the reason of one that not."""
    answers = [known for known in stored if known.role == "agent"]
    if turn.was_cut_off:
        raise Unjoined("the caller was cut off")
    if any(known.speech in FILLERS for known in answers):
        raise Unjoined("a filler came first")
    if not answers:
        raise Unjoined("nothing was answered")
    if lacks := missing(question.answer, text=" ".join(known.text for known in answers)):
        raise Unjoined(f"the answer lacks {', '.join(lacks)}")
    return answers[0]


def report_preset(report: Report, waits: Waits) -> None:
    """What callers heard, and what it was made of."""
    name, count = waits.preset, len(waits.paths)
    heard = [path.heard_after_ms for path in waits.paths]
    report.judge(f"heard_after.{name}.p50", p50(heard), samples=count)
    report.judge(f"heard_after.{name}.p95", p95(heard), samples=count)
    report.judge(f"turns.{name}.lost", len(waits.lost), samples=waits.turns)
    report.notes += [f"lost, {name} preset: {reason}" for reason in waits.lost]
    waterfalls = [path.waterfall for path in waits.paths]
    for kind, parts in (
        ("stage", [one.stages for one in waterfalls]),
        ("hidden", [one.hidden for one in waterfalls]),
        ("vendor", [path.vendors_ms for path in waits.paths]),
    ):
        _medians(report, f"{kind}.{name}", parts)
    report.tell(
        f"model.{name}.requests",
        waits.requests / waits.turns if waits.turns else None,
        unit="a turn",
        title="requests to the model",
        samples=waits.turns,
    )


def report_all(report: Report, presets: Sequence[Waits]) -> None:
    """What holds for the turns of every preset."""
    paths = [path for waits in presets for path in waits.paths]
    turns = sum(waits.turns for waits in presets)
    residuals, own = [p.residual_ms for p in paths], [p.own_ms for p in paths]
    report.judge("waterfall.residual.max", max(residuals, default=None), samples=len(paths))
    report.judge("own_overhead.p50", p50(own), samples=len(paths))
    report.judge("own_overhead.p95", p95(own), samples=len(paths))
    _medians(report, "own", [path.own_parts_ms for path in paths], title="of it {}, p50")
    underruns = per_fifty(sum(waits.underruns for waits in presets), turns=turns)
    report.judge("underruns.one_call", underruns, samples=turns)


def per_fifty(underruns: int, *, turns: int) -> float | None:
    """Underruns in fifty turns; None without turns."""
    return underruns * _PER / turns if turns else None


def _medians(
    report: Report, prefix: str, parts: Sequence[Mapping[str, float]], *, title: str = "{}"
) -> None:
    for part in dict.fromkeys(name for one in parts for name in one):
        samples = [one[part] for one in parts if part in one]
        report.tell(
            f"{prefix}.{part}",
            p50(samples),
            unit="ms",
            title=title.format(part.replace("_", " ")),
            samples=len(samples),
        )
