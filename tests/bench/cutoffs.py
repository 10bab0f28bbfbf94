"""Callers who pause in the middle of a sentence: who of them is cut off."""

import asyncio
from collections.abc import Sequence

from infra.local.cli.conversation import Turn
from infra.local.cli.records import TurnRecord
from infra.local.cli.stack_file import Stack
from tests.bench.calls import hold
from tests.bench.clips import Paused

_AT_ONCE = 5  # calls


async def measure(stack: Stack, paused: Sequence[Paused]) -> list[str]:
    """Say each sentence in a call of its own; those that could not be finished, with the reason."""
    cut: list[str] = []
    for some in (paused[at : at + _AT_ONCE] for at in range(0, len(paused), _AT_ONCE)):
        calls = await asyncio.gather(*(hold(stack, [sentence.clip]) for sentence in some))
        for sentence, held in zip(some, calls, strict=True):
            reasons = [reason(turn, stored) for turn, stored in held.turns]
            if why := "the call ended before" if not reasons else reasons[0]:
                cut.append(f"{sentence.clip.name}: {why}")
    return cut


def reason(turn: Turn, stored: Sequence[TurnRecord]) -> str:
    """How the caller was cut off, heard or not, before having finished; empty when not at all."""
    commits = [
        (known.origin - turn.said.ended) * 1000 + known.marks["committed"]
        for known in stored
        if known.role == "caller" and known.origin is not None and "committed" in known.marks
    ]
    if commits and min(commits) < 0:
        return f"the agent took its turn {-min(commits):.0f} ms before the end"
    return f"the agent was heard for {turn.early_ms:.0f} ms" if turn.was_cut_off else ""
