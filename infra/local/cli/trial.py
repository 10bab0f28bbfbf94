"""`aiconnected try`: a stranger's own document and own questions, answered over a call."""

import asyncio
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from aiconnected.db import Database, Scope
from aiconnected.kit.errors import AppError
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.providers.openai import OpenAIEmbedder
from infra.local.cli import documents, speech, stack_file
from infra.local.cli.call import CallOrder, Leg, place
from infra.local.cli.conversation import Manners
from infra.local.cli.documents import Draft, Ingested
from infra.local.cli.errors import CallFailed, StackNotRunning
from infra.local.cli.records import ControlPlane
from infra.local.cli.stack_file import Number, Stack, User
from infra.local.cli.throwaway import stopwatch, throw_away
from infra.local.seed.trial import Trial, add_trial
from infra.local.stack import supervisor
from infra.local.stack.carrier import CarrierAccount
from infra.local.stack.layout import Layout

CALLER = "+14155550123"
_PASSAGES = 3  # shown for each question
_SHOWN = 110  # characters of a passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage of the document for a question; `score` is their cosine."""

    heading: str
    text: str
    score: float


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
    with _some_stack(stack, console) as described:
        result = asyncio.run(_try(described, draft, questions=ask, console=console))
    if as_document:
        typer.echo(json.dumps(result, indent=2))
    else:
        _show(result, console)
