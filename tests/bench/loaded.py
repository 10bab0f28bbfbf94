"""What is measured under load, with a stack whose vendors answer instantly."""

from infra.local.cli.sound import read_wav
from infra.local.cli.stack_file import Stack
from tests.bench import fetching, load
from tests.bench.clips import FOLDER
from tests.bench.cores import MB
from tests.bench.load import MANY, Load
from tests.bench.plan import Plan
from tests.bench.rows import Report

WITHOUT_VAD = {"LOCAL_VAD": "false"}
_FEW = 5  # calls
_CLIP = FOLDER / "questions" / "saturday-close.wav"


async def one_query(stack: Stack, report: Report, plan: Plan) -> None:
    """Requests through the HTTP server, one after another, while nobody calls."""
    one, bare = await fetching.measure(stack, requests=plan.fetches)
    fetching.report_fetched(report, one, bare)


async def with_vad(stack: Stack, report: Report, plan: Plan) -> None:
    """CPU, ticker and memory with the local voice-activity detector."""
    seen = await load.measure(stack, read_wav(_CLIP), first=_FEW, seconds=plan.load_seconds)
    judge(report, "load.cpu_per_call", seen, value=seen.cpu / MANY)
    judge(report, "load.ticker_late.p95", seen, value=seen.late_ms)
    slope = (seen.all_rss - seen.first_rss) / (MANY - _FEW) / MB
    judge(report, "load.memory_per_call", seen, value=slope)
    _tell(report, "load", seen)


async def without_vad(stack: Stack, report: Report, plan: Plan) -> None:
    """CPU with the recogniser's own events instead."""
    seen = await load.measure(stack, read_wav(_CLIP), first=0, seconds=plan.load_seconds * 0.75)
    judge(report, "load.cpu_per_call.no_vad", seen, value=seen.cpu / MANY)
    _tell(report, "load_without_vad", seen)


def judge(report: Report, name: str, seen: Load, *, value: float) -> None:
    """Judge a value, unless it is not one of all calls."""
    report.judge(name, value if seen.live == MANY else None, samples=seen.live)
    if seen.live != MANY:
        report.notes.append(f"{name}: only {seen.live} of {MANY} calls were taken")


def _tell(report: Report, prefix: str, seen: Load) -> None:
    """Whether the callers could keep up: else the figures say nothing."""
    for name, value, unit, title in (
        ("turns", seen.turns, "turns", "turns held"),
        ("unheard", seen.unheard, "turns", "of them without an answer"),
        ("others_busy", seen.others_busy, "%", "busiest core of the callers and vendors"),
        ("rss", seen.all_rss / MB, "MB", "realtime's memory with all calls"),
    ):
        report.tell(f"{prefix}.{name}", value, unit=unit, title=f"{title}, {MANY} calls")
