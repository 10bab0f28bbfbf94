"""`aiconnected call`: place a call, say things, hear what comes back, and print what it took."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperCommand

from infra.local.cli import report, sound, speech, stack_file
from infra.local.cli.conversation import Manners, converse
from infra.local.cli.errors import BadNumber, RecordUnavailable
from infra.local.cli.outcome import Evidence, WallClock, as_json
from infra.local.cli.records import CallRecord, ControlPlane, ToolRecord, TurnRecord
from infra.local.cli.stack_file import Stack, User
from infra.local.cli.stall_probe import StallProbe
from infra.local.cli.telephone import Telephone

E164 = re.compile(r"\+[1-9]\d{6,14}")
RECORD_WITHIN = 15.0  # seconds
TYPED = f"{__name__}.typed"

# Runs beside a conversation from its ringing to its end; given the carrier's id of the call.
Companion = Callable[[str], Coroutine[Any, Any, None]]


class Leg(StrEnum):
    """Through which carrier the call comes."""

    TWILIO = "twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """One call to place."""

    to: str
    from_: str
    clips: Sequence[sound.Clip]
    manners: Manners
    record: Path | None
    leg: Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the control plane kept of a call: nothing, when it was not finished in time."""

    record: CallRecord | None = None
    turns: Sequence[TurnRecord] = ()
    tools: Sequence[ToolRecord] = ()
    recording: str | None = None


class InOrder(TyperCommand):
    """Keeps the arguments as typed: --audio and --say may be mixed, in the order of the call."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - private to Typer
        ctx.meta[TYPED] = list(args)
        return super().parse_args(ctx, args)


def call(
    context: typer.Context,
    *,
    to: Annotated[str, typer.Option(help="number to call, +1…")],
    audio: Annotated[list[Path] | None, typer.Option(help="WAV to say; repeatable")] = None,
    say: Annotated[list[str] | None, typer.Option(help="text to say; repeatable")] = None,
    from_: Annotated[str, typer.Option("--from", help="caller's number")] = "+14155550123",
    leg: Annotated[Leg, typer.Option(help="carrier")] = Leg.TWILIO,
    barge_in_after: Annotated[
        int | None, typer.Option(help="ms into each answer at which the next utterance starts")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="write what was said (left) and heard (right)")
    ] = None,
    as_document: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
    stack: Annotated[Path, typer.Option(help="description of the stack")] = stack_file.DEFAULT,
) -> None:
    """Call a number of the running stack and measure what a person would hear."""
    console = Console(stderr=as_document)
    result = asyncio.run(
        _run(
            to=to,
            from_=from_,
            said=utterances(context.meta[TYPED], audio=audio or [], say=say or []),
            manners=Manners(
                barge_in_after=None if barge_in_after is None else barge_in_after / 1000
            ),
            record=record,
            leg=leg,
            stack=stack_file.read(stack),
            console=console,
        )
    )
    if as_document:
        typer.echo(json.dumps(result, indent=2))
    else:
        report.show(result, console)


def utterances(
    typed: Sequence[str], *, audio: Sequence[Path], say: Sequence[str]
) -> list[Path | str]:
    """What to say in the order of the command line; `audio` and `say` hold the parsed values."""
    files, texts = iter(audio), iter(say)
    options = [argument.partition("=")[0] for argument in typed]
    return [
        next(files) if option == "--audio" else next(texts)
        for option in options
        if option in {"--audio", "--say"}
    ]


async def _run(
    *,
    to: str,
    from_: str,
    said: Sequence[Path | str],
    manners: Manners,
    record: Path | None,
    leg: Leg,
    stack: Stack,
    console: Console,
) -> dict[str, Any]:
    for number in (to, from_):
        if not E164.fullmatch(number):
            raise BadNumber(f"{number} is not a number in international form, such as +14155550100")
    clips = [
        sound.read_wav(what)
        if isinstance(what, Path)
        else await speech.speak(stack.vendor(speech.VENDOR), what)
        for what in said
    ]
    order = CallOrder(to=to, from_=from_, clips=clips, manners=manners, record=record, leg=leg)
    return await place(order, stack=stack, console=console)


async def place(
    order: CallOrder, *, stack: Stack, console: Console, beside: Companion | None = None
) -> dict[str, Any]:
    """Hold the call and return its result as JSON; raises CommandError.

    A record that is not finished in time is said on the console and missing from the result.
    """
    clock = WallClock.now()
    async with StallProbe() as probe, Telephone.plugged_in(stack.twilio_ws_url) as telephone:
        call_sid = await telephone.dial(order.to, from_=order.from_)
        async with _beside(beside, call_sid):
            conversation = await converse(telephone, order.clips, manners=order.manners)
        stall = probe.result
        if order.record is not None:
            telephone.write_recording(order.record)
    try:
        stored = await _stored(call_sid, stack.reader(order.to), stack=stack)
    except RecordUnavailable as exc:
        console.print(f"[yellow]no record of this call: {exc}[/yellow]", highlight=False)
        stored = Stored()
    evidence = Evidence(
        call_sid=call_sid,
        to=order.to,
        from_=order.from_,
        leg=order.leg.value,
        conversation=conversation,
        ear=telephone.ear,
        stall_ms=stall,
        record=stored.record,
        turns=stored.turns,
        tools=stored.tools,
        recording=stored.recording,
    )
    return as_json(evidence, clock=clock)


async def _stored(call_sid: str, user: User | None, *, stack: Stack) -> Stored:
    """What the control plane kept of the call; raises RecordUnavailable."""
    if user is None:
        raise RecordUnavailable("the stack names no user who could read it")
    async with ControlPlane(stack) as plane:
        await plane.login(user)
        record = await plane.finished(call_sid, within=RECORD_WITHIN)
        return Stored(
            record=record,
            turns=await plane.turns(record.id),
            tools=await plane.tools(record.id),
            recording=await plane.recording(record.id),
        )


@asynccontextmanager
async def _beside(companion: Companion | None, call_sid: str) -> AsyncGenerator[None]:
    if companion is None:
        yield
        return
    task = asyncio.create_task(companion(call_sid))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
