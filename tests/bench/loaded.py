"""What is measured under load, with a stack whose vendors answer instantly."""

from infra.local.cli.sound import read_wav
from infra.local.cli.stack_file import Stack
from tests.bench import load
from tests.bench.clips import FOLDER
from tests.bench.cores import MB
from tests.bench.load import Load
from tests.bench.plan import Plan
from tests.bench.rows import Report

WITHOUT_VAD = {"LOCAL_VAD": "false"}
_FEW, _MANY = 5, 25  # calls
_CLIP = FOLDER / "questions" / "saturday-close.wav"


async def with_vad(stack: Stack, report: Report, plan: Plan) -> None:
    """CPU, ticker and memory with the local voice-activity detector."""
    seen = await load.measure(
        stack, read_wav(_CLIP), first=_FEW, calls=_MANY, seconds=plan.load_seconds
    )
    report.judge("load.cpu_per_call", seen.cpu_per_call, samples=_MANY)
    report.judge("load.ticker_late.p95", seen.late_ms, samples=_MANY)
    slope = (seen.all_rss - seen.first_rss) / (_MANY - _FEW) / MB
    report.judge("load.memory_per_call", slope, samples=_MANY - _FEW)
    _tell(report, "load", seen)


async def without_vad(stack: Stack, report: Report, plan: Plan) -> None:
    """CPU with the recogniser's own events instead."""
    seen = await load.measure(
        stack, read_wav(_CLIP), first=_MANY, calls=_MANY, seconds=plan.load_seconds * 0.75
    )
    report.judge("load.cpu_per_call.no_vad", seen.cpu_per_call, samples=_MANY)
    _tell(report, "load_without_vad", seen)


def _tell(report: Report, prefix: str, seen: Load) -> None:
    """Whether the callers could keep up: else the figures say nothing."""
    for name, value, unit, title in (
        ("turns", seen.turns, "turns", "turns held"),
        ("unheard", seen.unheard, "turns", "of them without an answer"),
        ("ended_early", seen.ended_early, "calls", "calls that ended by themselves"),
        ("others_busy", seen.others_busy, "%", "busiest core of the callers and vendors"),
        ("rss", seen.all_rss / MB, "MB", "realtime's memory with all calls"),
    ):
        report.tell(f"{prefix}.{name}", value, unit=unit, title=f"{title}, {_MANY} calls")
