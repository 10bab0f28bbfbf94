"""`aiconnected try`: a stranger's own document and own questions, answered over a call."""

import asyncio
import json
import textwrap
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from infra.local.cli import documents, speech, stack_file
from infra.local.cli.call import CallOrder, Leg, place
from infra.local.cli.conversation import Manners
from infra.local.cli.documents import Draft, Ingested
from infra.local.cli.errors import CallFailed
from infra.local.cli.records import ControlPlane
from infra.local.cli.scratch import ScratchClient
from infra.local.cli.stack_file import Stack
from infra.local.cli.throwaway import stopwatch, throw_away
from infra.local.stack import supervisor
from infra.local.stack.layout import Layout

CALLER = "+14155550123"
_NAME = "try"
_SHOWN = 100  # characters of a passage


def attempt(
    *,
    document: Annotated[Path, typer.Option(help="text or markdown to answer from")],
    ask: Annotated[list[str], typer.Option(help="question to put; repeatable")],
    stack: Annotated[
        Path | None, typer.Option(help="description of a stack; default: the running one, or a new")
    ] = None,
    as_document: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Have your own questions answered from your own document, over a call."""
    draft = documents.read(document)
    console = Console(stderr=as_document)
    with _some_stack(stack, console) as described, closing(ScratchClient(described)) as client:
        ingested, call = asyncio.run(_call(client, draft, questions=ask, console=console))
        answers = [_answer(turn, client) for turn in call["turns"]]
    if as_document:
        chunks = {"title": ingested.title, "chunks": ingested.chunks}
        typer.echo(json.dumps({"document": chunks, "answers": answers, "call": call}, indent=2))
    else:
        _show(answers, console)


@contextmanager
def _some_stack(given: Path | None, console: Console) -> Generator[Stack]:
    """The stack that was named, else the running one, else one for this trial alone."""
    layout = Layout()
    if given is not None or supervisor.running(layout) is not None:
        yield stack_file.read(given or layout.description)
        return
    say = stopwatch(lambda line: console.print(line, style="dim", highlight=False))
    with throw_away(_NAME, say) as stack:
        yield stack


async def _call(
    client: ScratchClient, draft: Draft, *, questions: Sequence[str], console: Console
) -> tuple[Ingested, dict[str, Any]]:
    """Give the client the document, then ask it everything in one call; raises CommandError."""
    async with ControlPlane(client.stack) as plane:
        await plane.login(client.user)
        ingested = await documents.ingest(plane, draft)
    heading = f"{escape(ingested.title)}: {ingested.chunks} chunks in {ingested.seconds:.1f} s"
    console.print(heading, highlight=False)
    voice = client.stack.vendor(speech.VENDOR)
    order = CallOrder(
        to=client.number,
        from_=CALLER,
        clips=[await speech.speak(voice, question) for question in questions],
        manners=Manners(),
        record=None,
        leg=Leg.TWILIO,
    )
    call = await place(order, stack=client.stack, console=console)
    if call["call_id"] is None:
        raise CallFailed("the call left no finished record")
    return ingested, call


def _answer(turn: dict[str, Any], client: ScratchClient) -> dict[str, Any]:
    """A question as it was asked and understood, its answer, and the passages found for it."""
    understood = turn["caller_said"]
    return {
        "asked": turn["utterance"],
        "understood": understood,
        "answer": turn["agent_said"],
        "heard_after_ms": turn["heard_after_ms"],
        "stages": turn["stages"],
        "retrieved": client.passages(understood) if understood else [],
    }


def _show(answers: Sequence[dict[str, Any]], console: Console) -> None:
    for answer in answers:
        heard = answer["heard_after_ms"]
        after = "nothing was heard" if heard is None else f"heard after {heard:.0f} ms"
        lines = Table.grid(padding=(0, 2, 0, 0))
        lines.add_column(style="cyan", no_wrap=True)
        lines.add_column()
        lines.add_row("asked", Text(answer["asked"]))
        lines.add_row("understood", Text(answer["understood"] or "nothing"))
        words = Text.assemble((answer["answer"] or "nothing", "bold"), (f"  {after}", "dim"))
        lines.add_row("answer", words)
        for found in answer["retrieved"]:
            lines.add_row("found", Text(_passage(found), style="dim"))
        console.print()
        console.print(lines)


def _passage(found: dict[str, Any]) -> str:
    text = " ".join(found["text"].split())
    return f"{found['score']:.2f}  {found['heading']}: {textwrap.shorten(text, _SHOWN)}"
