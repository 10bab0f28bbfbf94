"""`aiconnected demo`: a throw-away stack, one call, and the page that shows all of it."""

import asyncio
import json
import time
from collections.abc import Sequence

from rich.console import Console

from infra.local.cli import recording, sound
from infra.local.cli.call import CallOrder, Leg, place
from infra.local.cli.conversation import Manners
from infra.local.cli.demo import calendar, script, summary
from infra.local.cli.demo.dialogue import Dialogue
from infra.local.cli.demo.page.render import Story, render
from infra.local.cli.demo.script import Line
from infra.local.cli.demo.verification import checks
from infra.local.cli.errors import DemoFailed, StackNotRunning
from infra.local.cli.records import ControlPlane
from infra.local.cli.stack_file import Number, Stack
from infra.local.cli.throwaway import stopwatch, throw_away
from infra.local.seed import facts
from infra.local.stack.layout import ROOT

FOLDER = ROOT / ".local" / "demo"
CALLER = "+14155550123"
_NAME = "demo"
_RECORDED = 10.0  # seconds within which the recording can be fetched


def demo() -> None:
    """Start a throw-away stack, hear one call from end to end, and leave it as a page."""
    console = Console()
    began = time.monotonic()
    say = stopwatch(lambda line: console.print(line, style="dim", highlight=False))
    console.print("[bold]A stack of its own[/]")
    with throw_away(_NAME, say) as stack:
        story = asyncio.run(_call(stack, console))
        seconds = story.call["duration_ms"] / 1000
        _leave(story)
        summary.show(story.call, console, appointment=story.appointment)
        kept = checks(
            dict(story.call),
            script=script.read(stack.numbers[0].tenant),
            appointment=story.appointment,
            recording=story.recording,
        )
    summary.show_checks(kept, console)
    for name in ("call.html", "call.json", "recording.wav"):
        console.print(f"  {(FOLDER / name).relative_to(ROOT)}", highlight=False)
    besides = time.monotonic() - began - seconds
    console.print(f"[dim]{seconds:.0f} s of call, {besides:.0f} s besides[/]", highlight=False)
    if broken := [check for check in kept if not check.kept]:
        raise DemoFailed(f"{len(broken)} of {len(kept)} checks failed")


async def _call(stack: Stack, console: Console) -> Story:
    """Hold the call and collect what it left."""
    number = stack.numbers[0]
    lines = script.read(number.tenant)
    user = stack.reader(number.number)
    if user is None:
        raise StackNotRunning("the stack names no user who could read the call")
    console.print(f"\n[bold]{CALLER} calls {number.number}[/]", highlight=False)
    async with ControlPlane(stack) as plane:
        await plane.login(user)
        dialogue = Dialogue(plane, console)
        order = _order(number, lines)
        call = await place(order, stack=stack, console=console, beside=dialogue.follow)
        if call["call_id"] is None:
            raise DemoFailed("the call left no finished record")
        await dialogue.catch_up(call["external_call_id"])
        return Story(
            business=_business(number),
            call=call | {"recording": None},  # its address dies with this stack
            recording=await recording.of_call(plane, call["call_id"], within=_RECORDED),
            appointment=calendar.booked_in(call["call_id"], database_url=stack.database_url),
        )


def _order(number: Number, lines: Sequence[Line]) -> CallOrder:
    return CallOrder(
        to=number.number,
        from_=CALLER,
        clips=[sound.read_wav(line.clip) for line in lines],
        manners=Manners(),
        record=None,
        leg=Leg.TWILIO,
    )


def _business(number: Number) -> str:
    clients = facts.read().clients
    return next(client.name for client in clients if client.slug == number.tenant)


def _leave(story: Story) -> None:
    """Write the page, the document and the sound; what an earlier run left is replaced."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "recording.wav").write_bytes(story.recording.wav())
    (FOLDER / "call.json").write_text(json.dumps(story.call, indent=2) + "\n", encoding="utf-8")
    (FOLDER / "call.html").write_text(render(story), encoding="utf-8")
