"""`aiconnected ingest`: gives a client of the running stack documents to answer from."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from infra.local.cli import documents, stack_file
from infra.local.cli.documents import Draft
from infra.local.cli.errors import UnknownTenant
from infra.local.cli.records import ControlPlane
from infra.local.cli.stack_file import Stack, User

_ROLE = "tenant_admin"


def ingest(
    *,
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="client's short name")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="text or markdown")],
    stack: Annotated[Path, typer.Option(help="description of the stack")] = stack_file.DEFAULT,
) -> None:
    """Add documents to a client of the running stack, and wait until they can be searched."""
    drafts = [documents.read(path) for path in files]
    described = stack_file.read(stack)
    asyncio.run(_ingest(described, drafts, user=_user(described, tenant)))


def _user(stack: Stack, tenant: str) -> User:
    found = [user for user in stack.users if user.tenant == tenant and user.role == _ROLE]
    if not found:
        known = sorted({user.tenant for user in stack.users if user.tenant})
        raise UnknownTenant(f"no client {tenant} here; there are {', '.join(known) or 'none'}")
    return found[0]


async def _ingest(stack: Stack, drafts: Sequence[Draft], *, user: User) -> None:
    console = Console()
    async with ControlPlane(stack) as plane:
        await plane.login(user)
        for draft in drafts:
            done = await documents.ingest(plane, draft)
            console.print(
                f"[green]✓[/] {escape(done.title)}: {done.chunks} chunks in {done.seconds:.1f} s",
                highlight=False,
            )
