"""What is measured in conversation with the stack's real engines."""

import asyncio
from collections.abc import Sequence

import aiohttp

from infra.local.cli.stack_file import Stack
from tests.bench import clips, cutoffs, greetings, turns
from tests.bench.calls import hold
from tests.bench.plan import Plan
from tests.bench.presets import Presets
from tests.bench.quantiles import p50, p95
from tests.bench.rows import Report
from tests.bench.stalls import Stalls
from tests.bench.targets import ModelSpeed
from tests.bench.turns import PRESETS, Waits

_WARM_UP = 2  # turns
_CALLS = 4


async def answered_questions(stack: Stack, report: Report, plan: Plan) -> None:
    """Questions answered from documents, one call at a time; the presets take turns."""
    await _set_speed(stack, plan.model)
    asked = clips.questions(stack.numbers[0].tenant, count=sum(plan.runs))
    await hold(stack, [question.clip for question in asked[:_WARM_UP]])
    waits = {preset: Waits(preset=preset) for preset in PRESETS}
    stalls: dict[str, list[Stalls]] = {preset: [] for preset in PRESETS}
    at = 0
    for count in plan.runs:
        questions, at = asked[at : at + count], at + count
        for preset in PRESETS:
            await _choose(stack, preset)
            async with Stalls() as stalled:
                held = await hold(stack, [question.clip for question in questions])
            waits[preset].add(held, questions)
            stalls[preset].append(stalled)
    for preset in PRESETS:
        turns.report_preset(report, waits[preset])
        _report_stalls(report, preset, stalls[preset])
    turns.report_all(report, list(waits.values()))


async def greeting(stack: Stack, report: Report, plan: Plan) -> None:
    """Calls that hang up once they are greeted."""
    waited = await greetings.measure(stack, calls=plan.greetings)
    report.judge("greeting.p50", p50(waited), samples=len(waited))
    report.tell(
        "greeting.max",
        max(waited, default=None),
        unit="ms",
        title="same, longest",
        samples=len(waited),
    )


async def inner_pauses(stack: Stack, report: Report, plan: Plan) -> None:
    """Sentences with a pause, for each preset."""
    for preset in PRESETS:
        await _choose(stack, preset)
        paused = clips.pauses(up_to_ms=plan.pauses[preset])
        cut = await cutoffs.measure(stack, paused)
        report.judge(f"cut_off.{preset}", len(cut), samples=len(paused))
        report.notes += [f"cut off, {preset} preset: {name}" for name in cut]


async def four_calls(stack: Stack, report: Report, plan: Plan) -> None:
    """Four callers at once."""
    await _set_speed(stack, plan.model)
    await _choose(stack, "fast")
    asked = clips.questions(stack.numbers[0].tenant, count=_CALLS * plan.four_calls)
    async with Stalls() as stalled:
        calls = await asyncio.gather(
            *(hold(stack, [q.clip for q in asked[caller::_CALLS]]) for caller in range(_CALLS))
        )
    said = [turn for held in calls for turn in held.conversation.turns]
    heard = [ms for turn in said if (ms := turn.heard_after_ms) is not None]
    underruns = turns.per_fifty(sum(len(turn.underruns) for turn in said), turns=len(said))
    report.judge("underruns.four_calls", underruns, samples=len(said))
    for name, value in (("p50", p50(heard)), ("p95", p95(heard))):
        report.tell(
            f"heard_after.four_calls.{name}",
            value,
            unit="ms",
            title=f"heard after, fast preset, four calls, {name}",
            samples=len(heard),
        )
    _report_stalls(report, "four_calls", [stalled])


def _report_stalls(report: Report, name: str, stalls: Sequence[Stalls]) -> None:
    """How much the machine stalled in the worst of the runs."""
    for figure in ("p95", "max"):
        report.tell(
            f"stall.{name}.{figure}",
            max((known.ms[figure] for known in stalls if known.ms), default=None),
            unit="ms",
            title=f"the machine's stalls meanwhile, worst run, {figure}",
            samples=len(stalls),
        )


async def _choose(stack: Stack, preset: str) -> None:
    presets = Presets(stack.database_url, number=stack.numbers[0].number)
    await asyncio.to_thread(presets.choose, preset)


async def _set_speed(stack: Stack, speed: ModelSpeed) -> None:
    """Have the scripted model answer at the stated speed."""
    async with (
        aiohttp.ClientSession(stack.vendors["anthropic"].control_url) as http,
        http.post("/speed", json=speed.model_dump()) as response,
    ):
        response.raise_for_status()
